import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { AppError, type FieldError } from '../../libs/errors/index.js';
import { fieldErrors } from './field-errors.js';

/** Bad fields that are named, and characters of their names: a refusal is not longer than what it refuses. */
const MOST_ERRORS = 20;
const LONGEST_PATH = 100;

/** One refusal for all bad fields: `validation_failed`. Beyond the first twenty it says how many more there are. */
export function validationFailed(errors: FieldError[]): AppError {
  const named = errors.slice(0, MOST_ERRORS).map((error) => ({ ...error, path: shortened(error.path) }));
  const count = errors.length - named.length;
  if (count > 0)
    named.push({ path: 'body', message: `has ${count} more bad fields`, code: 'more_errors', params: { count } });
  return new AppError('validation_failed', 400, 'The request is not valid.', { errors: named });
}

function shortened(path: string): string {
  return path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path;
}

/** Checks what `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })` declare, by zod. */
class ValidationPipe extends StandardSchemaValidationPipe {
  protected override async validate<T>(value: unknown, schema: Schema, options?: Record<string, unknown>) {
    const result = await super.validate<T>(value, schema, options);
    if (result.issues) throw validationFailed(fieldErrors(result.issues as readonly z.core.$ZodIssue[], value));
    return result;
  }

  /** Nest's takes `constructor` and the like out before the schema sees them. They are unknown fields like any other. */
  protected override stripProtoKeys(): void {}
}

type Schema = Parameters<StandardSchemaValidationPipe['validate']>[1];

export const validationPipe = new ValidationPipe();
