import { StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../../libs/errors/index.js';

type PipeOptions = NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>;
type Issues = Parameters<NonNullable<PipeOptions['exceptionFactory']>>[0];

/** Bad fields that are named, and characters of their names: a refusal is not longer than what it refuses. */
const MOST_ERRORS = 20;
const LONGEST_PATH = 100;

/** One refusal for all bad fields: `validation_failed`. Beyond the first twenty it says how many more there are. */
export function validationFailed(errors: FieldError[]): AppError {
  const named = errors.slice(0, MOST_ERRORS).map(({ path, message }) => ({ path: shortened(path), message }));
  const more = errors.length - named.length;
  if (more > 0) named.push({ path: 'body', message: `has ${more} more bad fields` });
  return new AppError('validation_failed', 400, 'The request is not valid.', { errors: named });
}

function shortened(path: string): string {
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
}

/** zod names unknown fields beside the path, which is that of the object around them. */
interface UnknownFields {
  code: 'unrecognized_keys';
  keys: string[];
}

function pathOf(issue: Issues[number]): string[] {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
}

function toFieldErrors(issues: Issues): FieldError[] {
  return issues.flatMap((issue) => {
    const path = pathOf(issue);
    const { code, keys } = issue as Partial<UnknownFields>;
    if (code !== 'unrecognized_keys' || !keys) return [{ path: path.join('.') || 'body', message: issue.message }];
    return keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a known field' }));
  });
}

/** Nest's takes `constructor` and the like out before the schema sees them. They are unknown fields like any other. */
class ValidationPipe extends StandardSchemaValidationPipe {
  protected override stripProtoKeys(): void {}
}

/** Checks what `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })` declare. */
export const validationPipe = new ValidationPipe({
  exceptionFactory: (issues) => validationFailed(toFieldErrors(issues)),
});
