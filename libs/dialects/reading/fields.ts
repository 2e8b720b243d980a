import { z } from 'zod';
import { DialectError, type FieldCode, type Path } from '../errors/dialect-error.js';

/** The value as the schema has it, or a DialectError that names the first field that is wrong. */
export function read<S extends z.ZodType>(schema: S, value: unknown, path: Path = []): z.output<S> {
  const { data, error } = schema.safeParse(value, { reportInput: true });
  if (!error) return data as z.output<S>;
  const issue = error.issues[0];
  const at = [...path, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  throw new DialectError(codeOf(issue), at, sentenceOf(issue));
}

/** What can't be translated, or what never goes to a provider. */
export function refused(path: Path, message: string, code: FieldCode = 'unsupported_parameter'): DialectError {
  return new DialectError(code, path, message);
}

/** Nothing was said: both OpenAI's and Anthropic's clients send null for what they leave out. */
export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

/** Without the fields that are undefined: two requests are then alike where they say the same. */
export function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

const isMissing = ({ input }: z.core.$ZodIssue) => input === undefined;

function codeOf(issue: z.core.$ZodIssue): FieldCode {
  if (isMissing(issue)) return 'missing_required_parameter';
  return issue.code === 'invalid_type' ? 'invalid_type' : 'invalid_value';
}

/** zod's own words, in its sentences: they hold no value of the body. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  return isMissing(issue) ? 'This field is required.' : `${issue.message.replace(/\.$/, '')}.`;
}

/** A list of texts or one alone. */
export const textOrTexts = z.union([z.string(), z.array(z.string())], 'Invalid input: expected a string or strings');
/** JSON schemas, inputs of tools: any object. */
export const anyObject = z.record(z.string(), z.unknown());
/** A number of tokens. */
export const tokens = z.int().positive();
/** OpenAI's `metadata`: labels, which nobody reads here. */
export const labels = z.record(z.string(), z.string());
