import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Config } from '../../../config/config.js';
import { clockFinding } from '../findings/clock.js';
import { type Finding, ok, problem, warning } from '../findings/finding.js';
import { bodyFinding, socketFinding } from './big-and-upgraded.js';
import { call, textOf } from './call.js';
import { headerFindings } from './headers.js';
import { isHeldBack, runSelfTest, type SelfTest } from './self-test.js';

/** A pause of this machine can look like buffering: one good run is a proof, a bad one is not. */
const TRIES = 3;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** What nginx says of itself (deploy/nginx/parley/locations.conf). */
const CLOSED: Record<string, { says: string; remedy: string } | undefined> = {
  unavailable: {
    says: 'it reaches no instance',
    remedy: 'Look whether Parley runs (npx pm2 list, docker compose ps), and at the addresses in upstream.conf.',
  },
  maintenance: {
    says: 'the house is closed',
    remedy: 'rm /etc/nginx/parley/maintenance.on opens it again; no reload is needed.',
  },
};

/** The product as people reach it: through whatever stands in front. */
export async function frontFindings(url: URL, config: Config): Promise<Finding[]> {
  const reached = await reach(url);
  if (reached.some(({ level }) => level === 'problem')) return reached;
  try {
    const test = await runSelfTest(url, config);
    const stream = test.seen
      ? [await streamFinding(url, config, test), ...(await headerFindings(url, config, test.seen))]
      : [refused(test)];
    return [...reached, ...stream, await socketFinding(url), await bodyFinding(url, config)];
  } catch (error) {
    return [...reached, problem('front.self-test', `It broke off: ${words(error)}`, 'Look at the log of the proxy.')];
  }
}

async function reach(url: URL): Promise<Finding[]> {
  const check = 'front.reach';
  try {
    const response = await call(new URL('/health', url), {});
    if (response === 'silence') throw new Error('nothing within 10 s');
    const { date } = response.headers;
    const now = Date.now();
    const certificate = certificateFinding(response);
    const health = await textOf(response).catch(() => '');
    const closed = CLOSED[/"code":"(\w+)"/.exec(health)?.[1] ?? ''];
    if (response.statusCode === 503 && closed) {
      return [problem(check, `${url.origin} is served by nginx alone: ${closed.says}`, closed.remedy), ...certificate];
    }
    if (response.statusCode !== 200 || !/"adapters"/.test(health)) {
      const says = `${url.origin}/health answers ${response.statusCode}, and not as Parley does`;
      return [problem(check, says, 'Let the proxy pass everything under this address on to Parley.'), ...certificate];
    }
    // The header counts whole seconds.
    const clock = date ? [clockFinding('front.clock', 'The front’s', Date.parse(date) + 500 - now, 500)] : [];
    return [ok(check, `Parley answers at ${url.origin}`), ...clock, ...certificate];
  } catch (error) {
    const remedy = 'Look at the name (DNS), the certificate, the firewall, and whether the proxy runs.';
    return [problem(check, `${url.origin} does not answer: ${words(error)}`, remedy)];
  }
}

function certificateFinding({ socket }: IncomingMessage): Finding[] {
  const until = (socket as Partial<TLSSocket>).getPeerCertificate?.().valid_to;
  if (!until) return [];
  const days = Math.floor((Date.parse(until) - Date.now()) / DAY_MS);
  const says = `The certificate is good for ${days} more days`;
  if (days >= SOON_DAYS) return [ok('front.certificate', says)];
  return [
    warning('front.certificate', says, 'Renew it, and see to it that this happens by itself (certbot, acme.sh).'),
  ];
}

function refused({ status, contentType, encoding }: SelfTest): Finding {
  const check = 'front.self-test';
  if (encoding) {
    const remedy = 'Compress no text/event-stream (nginx: gzip off in the location of /api/ask and /api/streams).';
    return problem('front.stream', `A stream comes compressed (${encoding}), so it is held back`, remedy);
  }
  if (status === 404) {
    const remedy = 'Run this with the .env of those servers, and the same version.';
    return problem(check, 'The server does not know this JWT_SECRET (or is of an older version)', remedy);
  }
  if (status === 421) {
    const remedy = 'Set PUBLIC_URL to the address that people open, or name it in ALLOWED_HOSTS.';
    return problem(check, 'The server does not answer to the name in this --url', remedy);
  }
  return problem(check, `It answers ${status} ${contentType}`, 'Pass /api/streams on to Parley, Authorization too.');
}

async function streamFinding(url: URL, config: Config, first: SelfTest): Promise<Finding> {
  const check = 'front.stream';
  for (let tries = 1, test = first; ; tries++, test = await runSelfTest(url, config)) {
    if (!isHeldBack(test)) return ok(check, 'What is written arrives bit by bit');
    if (tries === TRIES) break;
  }
  return problem(
    check,
    'A stream arrives all at once at its end: something in front holds it back',
    'nginx: proxy_buffering off and proxy_http_version 1.1 for /api/ask and /api/streams, and no proxy_ignore_headers ' +
      'X-Accel-Buffering (deploy/nginx has all three). A CDN: no caching, no transformation there.',
  );
}

function words(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
