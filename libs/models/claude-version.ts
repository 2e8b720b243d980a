const VERSION = /claude-(?:[a-z]+-)*(\d+)(?:[-.](\d{1,2})(?!\d))?/;

/**
 * The version in the name of one of Anthropic's models, in all its forms (`claude-3-7-sonnet-latest`, `claude-opus-4-6`,
 * `anthropic/claude-sonnet-4.5`). Infinity for one that has none: it is among the newest. NaN for other names.
 */
export function claudeVersion(name: string): number {
  if (!name.includes('claude')) return NaN;
  const [, major, minor = '0'] = VERSION.exec(name) ?? [];
  return major === undefined ? Infinity : Number(`${major}.${minor}`);
}
