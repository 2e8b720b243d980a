import type { Messages } from '../../src/chat/store/index.js';
import type { Call } from '../support/provider.js';
import type { Reading } from '../support/reading.js';

/** A failed attempt waits so long for the next one: long enough to be stopped meanwhile. */
export const BACKOFF_MS = 8000;

/** A moment in an answer's life. */
export interface Moment {
  name: string;
  /** Where it is held: a call of the messages' port. */
  gate?: [method: keyof Messages & string, when: 'before' | 'after'];
  /** What the model does; absent: it is never asked. */
  model?: (call: Call) => void;
  /** It waits behind another one. */
  waits?: true;
  /** How it stands when the model's part is over, as a reader sees it. */
  seen?: (reading: Reading) => boolean;
  /** The text so far; undefined: who knows. */
  text?: string;
  /** A stop comes too late: it is complete. */
  tooLate?: true;
}

const half = ({ text }: Reading) => text === 'half ';

/** Something all the time, so that entries are on their way to the log whenever somebody else ends it. */
function talk(call: Call): void {
  const timer = setInterval(() => (call.closed ? clearInterval(timer) : call.say('on and on ')), 1);
}

export const MOMENTS: Moment[] = [
  { name: 'waiting', waits: true, text: '' },
  { name: 'taken by a worker', gate: ['claim', 'before'], text: '' },
  { name: 'claimed, the model not asked', gate: ['branch', 'before'], text: '' },
  { name: 'running', model: (call) => call.say('half '), seen: half, text: 'half ' },
  { name: 'running fast', model: talk, seen: ({ text }) => text.length > 100 },
  {
    name: 'failed, not let go yet',
    gate: ['letGo', 'before'],
    model: (call) => call.say('half ').breakOff(),
    text: 'half ',
  },
  {
    name: 'backing off after a 429',
    model: (call) => call.fail(429, { 'retry-after': `${BACKOFF_MS / 1000}` }),
    seen: (reading) => reading.count('retry') === 1,
    text: '',
  },
  {
    name: 'backing off with a text',
    model: (call) => call.say('half ').breakOff(),
    seen: (reading) => half(reading) && reading.count('retry') === 1,
    text: 'half ',
  },
  {
    name: 'ending, not stored yet',
    gate: ['finish', 'before'],
    model: (call) => call.say('half ').finish(),
    text: 'half ',
    tooLate: true,
  },
  {
    name: 'ended in the store, not in the log',
    gate: ['finish', 'after'],
    model: (call) => call.say('half ').finish(),
    text: 'half ',
    tooLate: true,
  },
];
