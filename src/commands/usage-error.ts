/** The command line was not understood; `message` says why, without any address. */
export class UsageError extends Error {}
