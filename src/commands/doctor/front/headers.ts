import type { Config } from '../../../config/config.js';
import { type Finding, ok, problem, warning } from '../findings/finding.js';
import type { Seen } from '../../../contract/operations.js';
import { runSelfTest } from './self-test.js';

/** Of a network that is nobody's (RFC 5737). */
const FORGED = '192.0.2.77';

/** Whether the server knows people's addresses, and nobody can choose one; and under which name it is called. */
export async function headerFindings(url: URL, config: Config, seen: Seen): Promise<Finding[]> {
  return [await addressFinding(url, config, seen), ...schemeFindings(url, seen)];
}

async function addressFinding(url: URL, config: Config, seen: Seen): Promise<Finding> {
  const check = 'front.trust';
  const { address, peer, believed, forwardedFor } = seen;
  const { TRUST_PROXY } = config;
  if (forwardedFor === null) {
    if (url.protocol === 'https:' || TRUST_PROXY) {
      const says = `No X-Forwarded-For arrives (from ${peer}): all people count as one`;
      const remedy =
        'Let the proxy set it (nginx: proxy_set_header X-Forwarded-For $remote_addr), or give the public --url.';
      return problem(check, says, remedy);
    }
    return warning(check, `Nothing stands in front (no X-Forwarded-For, no TLS)`, 'Put a proxy with TLS before it.');
  }
  if (!believed) {
    const says = `The proxy ${peer} is not believed (TRUST_PROXY ${TRUST_PROXY ? `is ${TRUST_PROXY}` : 'is not set'}): all people count as one`;
    return problem(check, says, `TRUST_PROXY=${plain(peer)}, or its network`);
  }
  const forged = await runSelfTest(url, config, { 'x-forwarded-for': FORGED });
  if (forged.seen?.address === FORGED) {
    const remedy =
      'Let the outermost proxy replace X-Forwarded-For (nginx: $remote_addr, not $proxy_add_x_forwarded_for), or count ' +
      'fewer hops and networks in TRUST_PROXY.';
    return problem(check, 'Whoever calls can choose their address, and so get around every limit', remedy);
  }
  return ok(check, `You are seen as ${address}, through ${peer}; a forged address is not believed`);
}

function schemeFindings(url: URL, { protocol, host }: Seen): Finding[] {
  const findings: Finding[] = [];
  if (`${protocol}:` !== url.protocol) {
    const says = `It is called by ${url.protocol.slice(0, -1)}, but Parley takes it for ${protocol}: cookies are not Secure`;
    const remedy = 'Let the proxy send X-Forwarded-Proto (nginx: $scheme), and TRUST_PROXY name the proxy.';
    findings.push(problem('front.scheme', says, remedy));
  } else findings.push(ok('front.scheme', `It is known that people come by ${protocol}`));
  if (host === url.host) return [...findings, ok('front.host', `It is known as ${host}`)];
  const says = `It is called ${url.host}, but Parley hears ${host}: the admins’ queue page will refuse changes`;
  return [...findings, warning('front.host', says, 'nginx: proxy_set_header Host $http_host')];
}

const plain = (address: string) => address.replace(/^::ffff:/, '');
