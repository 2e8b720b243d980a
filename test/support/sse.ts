/** One server-sent event as a client sees it. */
export interface ServerEvent {
  id?: string;
  event: string;
  data: any;
}

/** Reads an event stream, comments left out. Ends with the connection. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
  }
}

function parse(block: string): ServerEvent | null {
  const fields = block.split('\n').filter((line) => !line.startsWith(':'));
  const field = (name: string) => fields.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const event = field('event');
  return event ? { id: field('id'), event, data: JSON.parse(field('data')!) } : null;
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
