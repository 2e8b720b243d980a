/**
 * Errors of a server that runs but cannot do it now: it loads its data, was just demoted, is full, can't write its disk,
 * waits for replicas; the cluster moves slots; it refuses the credentials. Scripts of Redis 6 wrap them in an `ERR`.
 */
const PASSING =
  /\b(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|OOM|MISCONF|NOREPLICAS|BUSY|UNBLOCKED|NOAUTH|WRONGPASS|NOPERM|max number of clients)\b/;

/**
 * Whether the server answered that the command itself is wrong, which is a bug of ours and is not cured by waiting.
 * Everything else (no connection, no answer in time, a server that can't now) means: it does not answer.
 */
export function isOurMistake(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && !PASSING.test(error.message);
}

/**
 * Takes off an error what the driver hangs on it: the command with all its arguments, which may be a password or what
 * people wrote. Errors are logged.
 */
export function withoutCommand<T>(error: T): T {
  if (typeof error !== 'object' || error === null) return error;
  const bearer = error as { command?: unknown; lastNodeError?: unknown };
  delete bearer.command;
  withoutCommand(bearer.lastNodeError);
  return error;
}

/** The server does not know a script any more: it was restarted, emptied (`SCRIPT FLUSH`), or another one took over. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
