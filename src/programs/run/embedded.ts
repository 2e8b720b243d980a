import { DialectError } from '../../../libs/dialects/index.js';
import { z } from 'zod';
import type { Answering, Running } from './answering.js';
import type { Offered } from '../offered/offered-models.service.js';
import { estimateBody } from './estimate.js';
import { bytesOf, objectOf, refusalOf } from './refused.js';

const MOST_BYTES = 64 * 1024 * 1024;

const texts = z.union([z.string(), z.array(z.union([z.string(), z.int(), z.array(z.int())])).min(1)]);
const BODY = z.looseObject({ model: z.string().min(1), input: texts });
const USAGE = z.object({ usage: z.object({ prompt_tokens: z.int().min(0) }) });

/** The model that a body of embeddings names. Throws a DialectError. */
export function embeddingsModel(body: unknown): string {
  const { data, error } = BODY.safeParse(body, { reportInput: true });
  if (data) return data.model;
  const [issue] = error.issues;
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.input === undefined) throw new DialectError('missing_required_parameter', path, 'This field is required.');
  throw new DialectError('invalid_type', path, path[0] === 'input' ? 'Texts, or tokens, are expected.' : issue.message);
}

/** Texts as vectors: handed on to providers that make them, and back. */
export class Embedded implements Answering {
  private readonly body: object;

  /** Throws a DialectError where the endpoint makes none. */
  constructor(body: unknown, { model, name }: Offered) {
    if (model.dialect !== 'openai') {
      throw new DialectError('unsupported_value', ['model'], `The endpoint ${model.name} makes no embeddings.`);
    }
    this.body = { ...(body as object), model: name };
  }

  estimate(): number {
    return estimateBody((this.body as { input: unknown }).input);
  }

  async whole({ model, name, call, spent, onFirstByte }: Running): Promise<Buffer> {
    const answer = await model.forward('/embeddings', this.body, call.signal);
    if (answer.status < 200 || answer.status >= 300) throw await refusalOf(model, name, answer);
    const bytes = await bytesOf(answer.body, MOST_BYTES);
    onFirstByte();
    const document = bytes && objectOf(bytes.toString());
    if (!bytes || !document || !('data' in document)) throw model.forwardError('no_answer', name);
    const told = USAGE.safeParse(document).data;
    if (told) spent.usage = { inputTokens: told.usage.prompt_tokens, outputTokens: 0 };
    return bytes;
  }

  stream(): Promise<void> {
    return Promise.reject(new Error('embeddings come whole'));
  }

  fail(): string {
    return '';
  }
}
