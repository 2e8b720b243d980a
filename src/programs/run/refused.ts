import { type Told, toldOf } from '../../../libs/dialects/index.js';
import type { Forwarded, Model, ModelError } from '../../../libs/models/index.js';

/** An error document is short. */
const MOST_BYTES = 256 * 1024;
/** What a provider says of the question, and not of this server or its account. */
const OF_THE_QUESTION = new Set(['model_refused', 'context_too_long']);
const MAX_DEPTH = 10;

/** A provider refused the question itself: in its own words, without secrets. */
export class RefusedByProvider extends Error {
  constructor(
    override readonly cause: ModelError,
    readonly told: Told,
    /** What it answered, cleaned. */
    readonly body: object,
  ) {
    super(cause.message);
  }
}

/** What the answer of a provider that is no answer is to the program. It reads the body, and takes no more than it needs. */
export async function refusalOf(model: Model, name: string, answer: Forwarded): Promise<Error> {
  const { status, headers } = answer;
  const body = (await bytesOf(answer.body, MOST_BYTES))?.toString() ?? '';
  const error = model.forwardError({ status, headers, body }, name);
  const isAboutQuestion = (status === 400 || status === 422) && OF_THE_QUESTION.has(error.code);
  const document = isAboutQuestion ? objectOf(body) : undefined;
  if (!document) return error;
  return new RefusedByProvider(error, { ...toldOf(error), status: 400 }, cleaned(document, model) as object);
}

/** All of a body; undefined: it is longer. */
export async function bytesOf(body: AsyncIterable<Buffer>, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A JSON object; undefined: it is none. */
export function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function cleaned(value: unknown, model: Model, depth = 0): unknown {
  if (typeof value === 'string') return model.cleaned(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((one) => cleaned(one, model, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one, model, depth + 1)]));
}
