import type { ErrorCode, ErrorParams, FieldErrorCode, FieldErrorParams } from '../../../libs/errors/catalogue.js';

type Words<P> = string | ((params: P) => string);

/** Words for every code of the server, and for one of our own: no answer at all. A proxy, or an older server, gives no parameters. */
export type ErrorWords = { [C in ErrorCode]: Words<Partial<ErrorParams<C>>> } & { unreachable: string };

/** A sentence for everything that may be wrong with a field. */
export type FieldWords = { [C in FieldErrorCode]: Words<FieldErrorParams<C>> };

/** The words for this one of several reasons; else `otherwise`, also for one of a newer server. */
export function byReason<R extends string>(
  reason: R | undefined,
  words: Partial<Record<NoInfer<R>, string>>,
  otherwise: string,
): string {
  return (reason && Object.hasOwn(words, reason) && words[reason]) || otherwise;
}
