import { eventually } from './eventually.js';
import type { Person } from './person.js';
import { eventsOf, type ServerEvent, textOf } from './sse.js';

/** Somebody's question, and all that came of it, over as many connections as it takes. */
export class Reading {
  readonly events: ServerEvent[] = [];
  /** The newest connection has ended. */
  closed = false;
  private connection = 0;

  constructor(
    private person: Person,
    first: Response,
  ) {
    void this.read(first);
  }

  get id(): string {
    return this.events[0]?.data.messageId;
  }

  get text(): string {
    return textOf(this.events);
  }

  get last(): ServerEvent | undefined {
    return this.events.at(-1);
  }

  count(event: string): number {
    return this.events.filter((one) => one.event === event).length;
  }

  async ended(): Promise<ServerEvent> {
    await eventually(() => this.last?.event === 'final' || this.last?.event === 'error');
    return this.last!;
  }

  /** Goes on from the last event, as another log-in. */
  async resume(person: Person): Promise<void> {
    this.person = person;
    this.connection++;
    const response = await this.person.resume(this.id, this.last!.id);
    if (response.status !== 200) throw new Error(await response.text());
    void this.read(response);
  }

  /** The newest connection counts: an older one may still be open. */
  private async read(response: Response): Promise<void> {
    const mine = ++this.connection;
    this.closed = false;
    try {
      for await (const event of eventsOf(response)) {
        if (mine === this.connection && event.event !== 'queued') this.events.push(event);
      }
    } catch {
      // Cut: whoever wants goes on.
    }
    if (mine === this.connection) this.closed = true;
  }
}
