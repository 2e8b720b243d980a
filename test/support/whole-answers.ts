import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Person } from './person.js';
import type { Call } from './provider.js';
import { eventsOf, type ServerEvent, textOf } from './sse.js';

/** What a client has read of one answer, and how often its line was cut. */
export interface ReadAnswer {
  events: ServerEvent[];
  cuts: number;
}

const PIECES = 40;
const pieces = (count: number) => Array.from({ length: count }, (_, i) => `${i} `);

/** Sends so many pieces, `everyMs` apart; no sooner than `mayEnd` the end, and then all that is left with it. */
export function slowly(call: Call, everyMs: number, count = PIECES, mayEnd?: () => boolean): void {
  const left = pieces(count);
  const timer = setInterval(() => {
    if (call.closed) return clearInterval(timer);
    const isEnd = mayEnd ? mayEnd() : left.length === 0;
    if (isEnd) {
      clearInterval(timer);
      return call.say(...left).finish();
    }
    if (left.length > 0) call.say(left.shift()!);
  }, everyMs);
}

/** Asks, and reads to the end, resuming wherever the line was cut. Throws where it is refused. */
export async function readAll(person: Person, text: string): Promise<ReadAnswer> {
  return readOn(person, await person.ask(text, 'openAI', { 'idempotency-key': randomUUID() }));
}

/** The same; asks again where the machine is too busy for the product's patience with its database, which it says. */
export async function readAllPatiently(person: Person, text: string): Promise<ReadAnswer> {
  const key = { 'idempotency-key': randomUUID() };
  let response = await person.ask(text, 'openAI', key);
  while (response.status === 503 || response.status === 409) {
    const { code } = (await response.json()) as { code: string };
    if (code !== 'dependency_down' && code !== 'idempotency_in_progress') throw new Error(code);
    await sleep(Number(response.headers.get('retry-after') ?? 1) * 1000);
    response = await person.ask(text, 'openAI', key);
  }
  return readOn(person, response);
}

async function readOn(person: Person, asked: Response): Promise<ReadAnswer> {
  const events: ServerEvent[] = [];
  let response = asked;
  for (let cuts = 0; ; cuts++) {
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    try {
      for await (const event of eventsOf(response)) if (event.event !== 'queued') events.push(event);
    } catch {
      // The line was cut in the middle.
    }
    const last = events.at(-1)!;
    if (last.event === 'final' || last.event === 'error') return { events, cuts };
    response = await again(() => person.resume(events[0].data.messageId, last.id));
  }
}

/** A connection that was refused or cut is tried again; an answer, of whatever kind, is not. */
async function again(work: () => Promise<Response>): Promise<Response> {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(50);
    }
  }
}

/** What one has put together is what is stored; ids have no holes. */
export function expectWhole({ events }: ReadAnswer, count = PIECES): void {
  const whole = pieces(count).join('');
  const begin = Math.max(
    0,
    events.findLastIndex(({ event }) => event === 'reset'),
  );
  const present = events.slice(begin);
  const [epoch] = present[0].id!.split('-');
  expect(present.map(({ id }) => id)).toEqual(present.map((_, seq) => `${epoch}-${seq}`));
  expect(textOf(events)).toBe(whole);
  expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { text: whole, status: 'complete' } } });
}

export const resets = ({ events }: ReadAnswer) => events.filter(({ event }) => event === 'reset');
