import type { LogEntry, LogPosition } from '../../../libs/event-log/index.js';

/** The event stream format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export function frameOf({ epoch, seq, event, data }: LogEntry): string {
  return `id: ${epoch}-${seq}\nevent: ${event}\ndata: ${data}\n\n`;
}

/** How long a client waits before it comes back, ms. */
export const RETRY_FRAME = 'retry: 1000\n\n';

/** Keeps proxies and clients from taking silence for death. */
export const COMMENT_FRAME = ':\n\n';

/** Only about this moment, so it has no id. */
export function queuedFrame(position: number): string {
  return `event: queued\ndata: {"position":${position}}\n\n`;
}

/** Reads `Last-Event-ID`. Null where it is no id of ours. */
export function parsePosition(id: string): LogPosition | null {
  const match = /^(\d{1,9})-(\d{1,12})$/.exec(id);
  if (!match) return null;
  const position = { epoch: Number(match[1]), seq: Number(match[2]) };
  return position.epoch >= 1 ? position : null;
}
