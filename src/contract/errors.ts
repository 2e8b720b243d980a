import { z } from 'zod';
import {
  ANSWER_ERRORS,
  type AnswerErrorCode,
  ERRORS,
  type ErrorCode,
  type ErrorParams,
  FIELD_ERRORS,
  type FieldProblem,
  type ParamKinds,
  type WithParams,
} from '../../libs/errors/catalogue.js';
import { id } from './values.js';

/** The catalogue of errors as schemas: one case a code, its parameters typed. */

function valueOf(kind: ParamKinds[string]): z.ZodType {
  if (kind === 'number') return z.number();
  if (kind === 'text') return z.string();
  if (kind === 'texts') return z.array(z.string());
  return z.enum(kind);
}

function caseOf(code: string, kinds: ParamKinds, areNeeded: boolean) {
  const shape = Object.entries(kinds).map(([name, kind]) =>
    name.endsWith('?') ? [name.slice(0, -1), valueOf(kind).optional()] : [name, valueOf(kind)],
  );
  const params = z.object(Object.fromEntries(shape) as z.ZodRawShape);
  const isNeeded = areNeeded && Object.keys(kinds).some((name) => !name.endsWith('?'));
  const hasParams = shape.length > 0;
  return z
    .object({ code: z.literal(code), ...(hasParams && { params: isNeeded ? params : params.optional() }) })
    .meta({ title: code });
}

/** TypeScript takes its types from the catalogue itself: those of a union that is made at run time it can't know. */
function casesOf<T>(codes: Record<string, ParamKinds>, areNeeded = true): z.ZodType<T> {
  const [first, ...others] = Object.entries(codes).map(([code, kinds]) => caseOf(code, kinds, areNeeded));
  return z.discriminatedUnion('code', [first, ...others]) as unknown as z.ZodType<T>;
}

export const FieldError = z
  .intersection(
    z.object({
      path: z.string().describe('Where, in dots: `user.name`. `body` where it is no single field.'),
      message: z.string().describe('The same in English.'),
    }),
    casesOf<FieldProblem>(FIELD_ERRORS),
  )
  .meta({
    id: 'FieldError',
    description: 'One bad field: where it is, what is wrong with it, and the same in English.',
  });

type AnswerFailure = {
  [C in AnswerErrorCode]: { code: C; params?: ErrorParams<C> };
}[AnswerErrorCode];

/** Why an answer is `interrupted`. An answer that an older version wrote may have no `params`. */
export const AnswerError = z
  .intersection(
    z.object({
      title: z.string().describe('What happened, in English.'),
      retryable: z.boolean().describe('Whether the same question may be answered if it is asked again.'),
    }),
    casesOf<AnswerFailure>(ANSWER_ERRORS, false),
  )
  .meta({ id: 'AnswerError', description: 'Why an answer is `interrupted`: what the `error` event said.' });
export type AnswerError = z.infer<typeof AnswerError>;

const FILE_ERRORS = {
  file_unreadable: ERRORS.file_unreadable,
  file_type_unsupported: ERRORS.file_type_unsupported,
} as const;
type FileErrorCode = keyof typeof FILE_ERRORS;
type FileFailure = { [C in FileErrorCode]: { code: C; params?: ErrorParams<C> } }[FileErrorCode];

export const FileError = z
  .intersection(
    z.object({ title: z.string().describe('What is wrong with it, in English.') }),
    casesOf<FileFailure>(FILE_ERRORS, false),
  )
  .meta({ id: 'FileError', description: 'Why a file can’t be read.' });
export type FileError = z.infer<typeof FileError>;

type Refusal = { [C in ErrorCode]: { code: C } & WithParams<ErrorParams<C>> }[ErrorCode];

/** How a dependency answered when it was asked last. */
export const dependencyCheck = z.object({
  status: z.enum(['up', 'down']),
  message: z.string().optional(),
  responseTime: z.number().optional().describe('Milliseconds.'),
  cachedResponse: z.boolean().optional().describe('It was asked less than a second ago.'),
});

/** `message` of an answer that failed while its asker waited is given by who knows what a message is. */
export const problemFields = z.object({
  type: z.string().describe('`urn:parley:error:<code>`.'),
  title: z.string().describe('The code in words, in English: the same for each occurrence.'),
  status: z.int().describe('The HTTP status.'),
  detail: z.string().describe('What happened this time, in English.'),
  instance: z.string().describe('The request id, as in X-Request-Id.'),
  errors: z.array(FieldError).optional().describe('Every bad field, with `validation_failed`.'),
  messageId: id.optional().describe('The answer that was accepted all the same, or that failed.'),
  retryable: z.boolean().optional().describe('Of an answer that failed: whether it is worth asking again.'),
  checks: z
    .record(z.string(), dependencyCheck)
    .optional()
    .describe('With `dependency_down` of /health/ready: how each dependency is.'),
});

export const refusalCases = casesOf<Refusal>(ERRORS);
