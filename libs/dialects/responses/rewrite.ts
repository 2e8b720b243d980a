import { refuseNever } from '../reading/never.js';
import { type PassOptions, refusePassed, refuseTools } from '../passing/passed-fields.js';
import { responsesHead } from './head.js';
import { TAKEN } from './parse.js';
import { runsAtProvider } from './tools.js';

export interface ResponsesPassOptions extends PassOptions {
  /** Items of the responses before it, which `previous_response_id` stands for. */
  earlier?: readonly unknown[];
}

/**
 * A response's body for a provider that has `/responses` itself: the model's name is another, nothing is stored there, and
 * what a previous response held stands before the input. All else stays, unknown fields too. Throws a DialectError for
 * what never goes to a provider.
 */
export function rewriteResponses(body: unknown, options: ResponsesPassOptions): Record<string, unknown> {
  responsesHead(body);
  const fields = body as Record<string, unknown>;
  refuseNever(fields, options.passFields ?? [], TAKEN);
  refuseTools(fields.tools, runsAtProvider, options);
  refusePassed(fields.input, ['input'], options);
  const { background: _, previous_response_id: __, input, ...others } = fields;
  const { model, earlier = [] } = options;
  return { ...others, input: earlier.length > 0 ? [...earlier, ...itemsOf(input)] : input, model, store: false };
}

const itemsOf = (input: unknown): unknown[] =>
  Array.isArray(input) ? input : [{ type: 'message', role: 'user', content: input }];
