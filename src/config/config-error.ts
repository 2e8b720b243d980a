/** One variable that is wrong. */
export interface ConfigProblem {
  name: string;
  /** As it was given; undefined where nothing was given. Never of a secret. */
  value?: string;
  /** Set where a value was given that must not be shown. */
  hidden?: true;
  /** What would be right. */
  message: string;
}

/** What stands before the host of an address, also of one that is no address. */
const CREDENTIALS = /\/\/[^\s,"]*@/g;

function line({ name, value, hidden, message }: ConfigProblem): string {
  const shown = hidden
    ? ' (value hidden)'
    : value === undefined
      ? ''
      : ` (now: ${JSON.stringify(value.replace(CREDENTIALS, '//…@'))})`;
  return `  ${name}${shown} ${message}`;
}

/** A configuration the product can't start with. `problems` has all of them; `message` is ready to be printed. */
export class ConfigError extends Error {
  constructor(readonly problems: ConfigProblem[]) {
    super([`The configuration has ${problems.length} problem(s):`, ...problems.map(line)].join('\n'));
    this.name = 'ConfigError';
  }
}

/** What the process exits with for a ConfigError (EX_CONFIG of sysexits.h): starting it again would not help. */
export const EXIT_CONFIG = 78;
