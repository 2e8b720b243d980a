import { refuseNever } from '../reading/never.js';
import { type PassOptions, refusePassed, refuseTools } from '../passing/passed-fields.js';
import { messagesHead } from './head.js';
import { runsAtProvider } from './tools.js';

/**
 * A message's body for a provider that speaks the same: the model's name is another, all else stays, unknown fields too.
 * Throws a DialectError for what never goes to a provider.
 */
export function rewriteMessages(body: unknown, options: PassOptions): Record<string, unknown> {
  messagesHead(body);
  const fields = body as Record<string, unknown>;
  refuseNever(fields, options.passFields ?? []);
  refuseTools(fields.tools, runsAtProvider, options, 'custom');
  refusePassed(fields.messages, ['messages'], options);
  return { ...fields, model: options.model };
}
