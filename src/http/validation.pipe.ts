import { StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, type FieldError } from '../../libs/errors/index.js';

type PipeOptions = NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>;
type Issues = Parameters<NonNullable<PipeOptions['exceptionFactory']>>[0];

/** One refusal for all bad fields: `validation_failed`. */
export function validationFailed(errors: FieldError[]): AppError {
  return new AppError('validation_failed', 400, 'The request is not valid.', { errors });
}

function toFieldErrors(issues: Issues): FieldError[] {
  return issues.map((issue) => ({
    path: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message: issue.message,
  }));
}

/** Checks what `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })` declare. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => validationFailed(toFieldErrors(issues)),
});
