import type { Instance } from '../../../libs/cluster/index.js';
import { isLoopback } from '../../http/hosts.js';
import type { Config } from '../../config/config.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';

/** Who is on the list of instances. `instances` is undefined where each keeps its list to itself. */
export function instanceFindings(config: Config, instances: Instance[] | undefined): Finding[] {
  const open = openness(config);
  if (!instances) return open;
  if (instances.length === 0) return [...open, ok('instances', 'None runs now')];
  const versions = [...new Set(instances.map(({ version }) => version))];
  const count = `${instances.length} run${instances.length === 1 ? 's' : ''}`;
  const found =
    versions.length === 1
      ? ok('instances', `${count}, of version ${versions[0]}`)
      : warning('instances', `${count}, of the versions ${versions.join(' and ')}`, 'End the update: npm run reload.');
  if (instances.some(({ works, draining }) => works && !draining)) return [...open, found];
  const remedy = 'Start one with ROLE=worker or ROLE=all: meanwhile questions are refused with 503.';
  return [...open, found, problem('instances.workers', 'None of them writes answers', remedy)];
}

/** Without --url, what can be said of the way in from the configuration alone. */
function openness({ HOST, TRUST_PROXY }: Config): Finding[] {
  if (isLoopback(HOST) || TRUST_PROXY) return [];
  const says = `It listens on ${HOST}, and TRUST_PROXY is not set`;
  const remedy = 'With a proxy before it, set TRUST_PROXY: else all people count as one. Without one, there is no TLS.';
  return [warning('front.trust', says, remedy)];
}
