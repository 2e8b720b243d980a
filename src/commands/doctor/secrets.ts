import type { Config } from '../../config/config.js';
import { usesRedis } from '../../config/placement.js';
import { isLoopback } from '../../http/hosts.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';

const NEW_ONE = 'openssl rand -base64 48';
/** What guessing takes, in bits: by the letters alone, so what a person made up is rather overrated. */
const LEAST_BITS = 64;
const PLACEHOLDER = /change.?me|secret|password|passw0rd|example|default|parley|letmein|qwerty|test|your.?key/i;
const RUN = 6;

/** Why a secret can be guessed; undefined: nothing speaks for it. */
export function weakness(secret: string): string | undefined {
  const word = PLACEHOLDER.exec(secret)?.[0];
  // By chance a random one of this length holds such a word hardly ever.
  if (word) return `it holds “${word}”`;
  if (hasRun(secret)) return 'it holds a row such as 123456 or aaaaaa';
  const bits = bitsOf(secret);
  return bits < LEAST_BITS
    ? `it has ${secret.length} characters of few kinds (about ${Math.floor(bits)} bits)`
    : undefined;
}

/** Characters that follow one another, or repeat. */
function hasRun(text: string): boolean {
  let [rising, same] = [1, 1];
  for (let i = 1; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1);
    rising = step === 1 ? rising + 1 : 1;
    same = step === 0 ? same + 1 : 1;
    if (rising >= RUN || same >= RUN) return true;
  }
  return false;
}

/** Shannon's, of the characters as they are spread in it. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length);
  return bits;
}

/** No secret is ever shown: only its name, and why it is no good. */
export function secretFindings(config: Config): Finding[] {
  const { JWT_SECRET, JWT_SECRET_PREVIOUS, METRICS_TOKEN } = config;
  const findings = [
    strength(
      'JWT_SECRET',
      JWT_SECRET,
      `JWT_SECRET=$(${NEW_ONE}); how to change it without a log-out: docs/operations.md#rotate-secrets`,
    ),
  ];
  if (METRICS_TOKEN) findings.push(strength('METRICS_TOKEN', METRICS_TOKEN, `METRICS_TOKEN=$(${NEW_ONE})`));
  if (JWT_SECRET_PREVIOUS === JWT_SECRET) {
    const remedy = 'Give it the secret that was there before, or take it out.';
    findings.push(problem('secrets.JWT_SECRET_PREVIOUS', 'It is the same as JWT_SECRET, so it does nothing', remedy));
  } else if (JWT_SECRET_PREVIOUS) {
    const remedy = `Take it out ${config.SESSION_DAYS} days (SESSION_DAYS) after the change.`;
    findings.push(warning('secrets.JWT_SECRET_PREVIOUS', 'A secret of before is still accepted', remedy));
  }
  return [...findings, ...addresses(config)];
}

function strength(name: string, value: string, remedy: string): Finding {
  const why = weakness(value);
  return why ? problem(`secrets.${name}`, `It can be guessed: ${why}`, remedy) : ok(`secrets.${name}`, 'It is strong');
}

/** Passwords of what is reached over a network. On the machine itself others may do without. */
function addresses(config: Config): Finding[] {
  const { REDIS_URI, MONGO_URI, MONGO_USERS_URI, STORE } = config;
  const used: Array<[name: string, uri: string | undefined]> = [
    ['REDIS_URI', usesRedis(config) ? REDIS_URI : undefined],
  ];
  if (STORE === 'mongo') used.push(['MONGO_URI', MONGO_URI], ['MONGO_USERS_URI', MONGO_USERS_URI]);
  return used.flatMap(([name, uri]) => (uri === undefined ? [] : addressFinding(name, uri)));
}

function addressFinding(name: string, uri: string): Finding[] {
  const [, access, hosts = ''] = /^[^:]+:\/\/(?:([^@/]*)@)?([^/?]*)/.exec(uri) ?? [];
  const isLocal = hosts.split(',').every((host) => isLoopback(host.replace(/:\d+$/, '').replace(/^.*:\/\//, '')));
  const check = `secrets.${name}`;
  const password = access?.split(':').slice(1).join(':');
  if (!password) {
    if (isLocal) return [ok(check, 'It has no password, and is reached on this machine alone')];
    const remedy = 'Give it a user and a password, and name both in the address.';
    return [problem(check, 'It is reached over a network, without a password', remedy)];
  }
  const why = weakness(decoded(password));
  if (!why) return [ok(check, 'Its password is strong')];
  const finding = isLocal ? warning : problem;
  return [finding(check, `Its password can be guessed: ${why}`, `Give it another one: openssl rand -hex 32`)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
