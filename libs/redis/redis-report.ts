/** What kind of server it is, as far as it matters to us. `warnings`: in words for an operator, none if all is well. */
export interface RedisReport {
  version: string;
  evictionPolicy: string;
  warnings: string[];
}

/** Reads the answers of `INFO`, of each server one (https://redis.io/docs/latest/commands/info/). */
export function reportOf(infos: string[]): RedisReport {
  const versions = infos.map((info) => field(info, 'redis_version'));
  const policies = infos.map((info) => field(info, 'maxmemory_policy'));
  const warnings: string[] = [];
  const old = versions.find(isTooOld);
  if (old) warnings.push(`Redis ${old} is too old: 6.2 or later is needed.`);
  const evicting = policies.find((policy) => policy !== '' && policy !== 'noeviction');
  if (evicting) {
    warnings.push(
      `Redis has maxmemory-policy ${evicting}: when its memory is full it would drop waiting jobs, sessions and running ` +
        'answers. Set it to noeviction.',
    );
  }
  return { version: old ?? versions[0] ?? '', evictionPolicy: evicting ?? policies[0] ?? '', warnings };
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}

function isTooOld(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major < 6 || (major === 6 && minor < 2);
}
