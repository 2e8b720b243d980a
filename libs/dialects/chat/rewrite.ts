import type { Path } from '../errors/dialect-error.js';
import { isAbsent } from '../reading/fields.js';
import { passes, refusedId, refuseNever } from '../reading/never.js';
import { type PassOptions, refusePassed, refuseTools } from '../passing/passed-fields.js';
import { chatHead } from './head.js';

export interface ChatPassOptions extends PassOptions {
  /** The stream is asked for its usage, whether the program wants it or not. */
  withUsage?: boolean;
}

const runsAtProvider = (type: string) => type !== 'function' && type !== 'custom';

/**
 * A chat completion's body for a provider that speaks the same: the model's name is another, all else stays, unknown fields
 * too. Throws a DialectError for what never goes to a provider.
 */
export function rewriteChat(body: unknown, options: ChatPassOptions): Record<string, unknown> {
  const { stream } = chatHead(body);
  const fields = body as Record<string, unknown>;
  const { passFields = [], model, withUsage } = options;
  refuseNever(fields, passFields);
  refuseTools(fields.tools, runsAtProvider, options);
  refusePassed(fields.messages, ['messages'], options);
  refuseAudio(fields, options);
  const stream_options = { ...(fields.stream_options as object | null), include_usage: true };
  return { ...fields, model, ...(stream && withUsage && { stream_options }) };
}

/** A voice, or something that was said, by its id. */
function refuseAudio({ audio, messages }: Record<string, unknown>, { passFields = [] }: PassOptions): void {
  const refuseId = (holder: unknown, path: Path) => {
    const id = (holder as { id?: unknown } | null | undefined)?.id;
    if (!isAbsent(id) && !passes(path, passFields)) throw refusedId([...path, 'id']);
  };
  refuseId((audio as { voice?: unknown } | null | undefined)?.voice, ['audio', 'voice']);
  if (!Array.isArray(messages)) return;
  messages.forEach((message: { audio?: unknown } | null, i) => refuseId(message?.audio, ['messages', i, 'audio']));
}
