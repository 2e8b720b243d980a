import type { FieldErrorCode, FieldErrorParams, WithParams } from '../../libs/errors/catalogue.js';

type Args<C extends FieldErrorCode> =
  object extends FieldErrorParams<C> ? [FieldErrorParams<C>?] : [FieldErrorParams<C>];

/** What a name or a title may be. */
export const ONE_LINE = /^\P{Cc}*$/u;

/** For a refinement of ours: its words, and what it is in the catalogue. */
export function refusal<C extends FieldErrorCode>(message: string, code: C, ...[params]: Args<C>) {
  return { message, params: { code, ...(params && { params }) } as { code: C } & WithParams<FieldErrorParams<C>> };
}
