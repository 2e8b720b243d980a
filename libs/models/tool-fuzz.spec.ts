import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import { anthropic, chunk, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const STREAMS = 4000;
const INPUTS = [
  '{"port":"Emden 🥊","list":[{"a":"}\\"{"}]}',
  '{"tool_calls":[{"index":0}],"data: ":"[DONE]\\n\\n"}',
  '{}',
];
const pieces = (text: string, n: number) => text.match(new RegExp(`[^]{1,${n}}`, 'gu'))!;

const openAiCalls = INPUTS.map((input, i) => openAi.call(i, `c${i}`, `f${i}`, ...pieces(input, 3)));
/** Their pieces in turns. */
const inTurns = Array.from({ length: 40 }, (_, i) => openAiCalls.map((call) => call[i] ?? '').join('')).join('');
const whole = chunk({
  tool_calls: INPUTS.map((input, i) => ({ id: `c${i}`, function: { name: `f${i}`, arguments: input } })),
});
const streams = [
  { reader: openAiReader, stream: openAi.say('So.') + openAiCalls.flat().join('') + openAi.finish(7, 'tool-calls') },
  { reader: openAiReader, stream: openAi.life.join('') + inTurns + openAi.finish(7, 'tool-calls') },
  { reader: openAiReader, stream: whole + openAi.finish() },
  {
    reader: anthropicReader,
    stream:
      anthropic.say('So.') +
      INPUTS.flatMap((input, i) => anthropic.call(i + 1, `c${i}`, `f${i}`, ...pieces(input, 3))).join('') +
      anthropic.finish(7, 'tool-calls'),
  },
];

let seed = 1;
const chance = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;

const none = (bytes: Buffer) => bytes;
const cut = (bytes: Buffer) => bytes.subarray(0, chance(bytes.length));
const harms: Array<(bytes: Buffer) => Buffer> = [
  none,
  cut,
  (bytes) => {
    const other = Buffer.from(bytes);
    other[chance(other.length)] = chance(256);
    return other;
  },
  // Events in another order, or twice.
  (bytes) => {
    const events = bytes.toString().split(/(?<=\n\n)/);
    events.splice(chance(events.length), 0, events[chance(events.length)]);
    return Buffer.from(events.join(''));
  },
];

function randomPieces(bytes: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let from = 0; from < bytes.length;) all.push(bytes.subarray(from, (from += 1 + chance(400))));
  return all;
}

it(`makes of ${STREAMS} harmed streams the calls, what came of them, or an honest end`, async () => {
  const ends = { complete: 0, failed: 0 };
  for (let i = 0; i < STREAMS; i++) {
    seed = i + 1;
    const { reader, stream } = streams[i % streams.length];
    const harm = harms[chance(harms.length)];
    const bytes = harm(Buffer.from(stream));
    // It sees to it that each call is named once, and first.
    const { parts, error } = await read((failures) => reader(failures, { hasTools: true }), randomPieces(bytes));
    ends[error ? 'failed' : 'complete']++;
    if (error) expect([i, error.name]).toEqual([i, 'ModelError']);
    if (harm !== none && harm !== cut) continue;
    const inputs = parts.flatMap((part) => (part.type === 'tool-call' ? [part.input] : []));
    const right = error ? inputs.map((input, n) => INPUTS[n].slice(0, input.length)) : INPUTS;
    expect({ i, inputs }).toEqual({ i, inputs: right });
  }
  expect(ends.complete).toBeGreaterThan(STREAMS / 4);
  expect(ends.failed).toBeGreaterThan(STREAMS / 10);
});
