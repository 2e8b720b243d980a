import { EventSourceParserStream } from 'eventsource-parser/stream';

/** One server-sent event as a client sees it. */
export interface ServerEvent {
  id?: string;
  event: string;
  data: any;
}

/** Reads an event stream, comments left out. Ends with the connection. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  const messages = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { id, event, data } of messages) if (event) yield { id, event, data: JSON.parse(data) };
}

export async function allEvents(response: Response): Promise<ServerEvent[]> {
  const events = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

/** What a listener has put together, as API.md tells it to. */
export function textOf(events: ServerEvent[]): string {
  let text = '';
  for (const { event, data } of events) {
    if (event === 'created' || event === 'reset') text = '';
    if (event === 'delta') text += data.text;
  }
  return text;
}

/** The parts that a listener has put together, as API.md tells it to. */
export function partsOf(events: ServerEvent[]): any[] {
  let parts: any[] = [];
  const append = (type: string, text: string, more = {}) => {
    const last = parts.at(-1);
    if (last?.type === type) last.text += text;
    else parts.push({ type, text, ...more });
  };
  for (const { event, data } of events) {
    if (event === 'created' || event === 'reset') parts = [];
    if (event === 'delta') append('text', data.text);
    if (event === 'reasoning') append('reasoning', data.text, { ms: null });
    if (event === 'part') parts[data.index] = { ...parts[data.index], ...data.part };
  }
  return parts;
}
