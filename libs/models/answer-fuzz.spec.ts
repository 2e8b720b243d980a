import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import { anthropic, chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const STREAMS = 10_000;
const WORDS = ['Zwölf', ' "Boxkämpfer"', ' {jagen}', ' 🥊🥊', '\n\n六', ' data: [DONE]', ' finish_reason'];

/** Streams as providers send them. */
const recorded: Array<[typeof openAiReader, string]> = [
  [openAiReader, [...openAi.life, openAi.say(...WORDS), openAi.finish()].join('')],
  [openAiReader, WORDS.map((content) => chunk({ content })).join('') + event('[DONE]')],
  [openAiReader, WORDS.map((content) => event({ choices: [{ delta: { content }, finish_reason: 'stop' }] })).join('')],
  [openAiReader, (openAi.say(...WORDS) + openAi.finish()).replaceAll('\n', '\r\n')],
  [openAiReader, JSON.stringify({ choices: [{ message: { content: WORDS.join('') }, finish_reason: 'stop' }] })],
  [anthropicReader, [...anthropic.life, anthropic.say(...WORDS), anthropic.finish()].join('')],
];

let seed = 1;
const chance = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;

/** What happens to streams on their way. */
const harms: Array<(bytes: Buffer) => Buffer> = [
  (bytes) => bytes,
  // Cut off.
  (bytes) => bytes.subarray(0, chance(bytes.length)),
  // A piece is missing.
  (bytes) => {
    const from = chance(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + chance(60))]);
  },
  // A byte is another.
  (bytes) => {
    const other = Buffer.from(bytes);
    other[chance(other.length)] = chance(256);
    return other;
  },
  // Something stands between.
  (bytes) => {
    const at = chance(bytes.length);
    const odd = ['\n', '\n\n', '\r', 'data: ', ': ping\n\n', 'data: null\n\n', '{', '"', '\u0000', 'data: ping\n\n'];
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(odd[chance(odd.length)]), bytes.subarray(at)]);
  },
  // Events in another order, or twice.
  (bytes) => {
    const events = bytes.toString().split(/(?<=\n\n)/);
    for (let i = 0; i < 3; i++) events.splice(chance(events.length), 0, events.splice(chance(events.length), 1)[0]);
    if (chance(2)) events.splice(chance(events.length), 0, events[chance(events.length)]);
    return Buffer.from(events.join(''));
  },
];

/** How often each word was sent, in whatever form: those that no reader can miss. */
function sent(bytes: Buffer): string[] {
  const text = bytes.toString();
  return WORDS.filter((word) => {
    const json = JSON.stringify(word).slice(1, -1);
    return text.includes(`"content":"${json}"`) || text.includes(`"text":"${json}"`);
  });
}

/** These bytes, cut by chance. */
function pieces(bytes: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let from = 0; from < bytes.length;) all.push(bytes.subarray(from, (from += 1 + chance(400))));
  return all;
}

it(`makes of ${STREAMS} harmed streams the text, or an honest end`, async () => {
  const ends = { complete: 0, failed: 0 };
  for (let i = 0; i < STREAMS; i++) {
    seed = i + 1;
    const [reader, stream] = recorded[i % recorded.length];
    let bytes: Buffer = Buffer.from(stream);
    const times = chance(3);
    for (let n = 0; n < times && bytes.length > 0; n++) bytes = harms[chance(harms.length)](bytes);
    const { text, error } = await read(reader, pieces(bytes), chance(4) === 0);
    if (error) {
      ends.failed++;
      expect([i, error.name]).toEqual([i, 'ModelError']);
    } else {
      ends.complete++;
      const missing = sent(bytes).filter((word) => !text.includes(word));
      expect({ i, missing, text: missing.length ? bytes.toString() : '' }).toEqual({ i, missing: [], text: '' });
    }
  }
  // Both happen, or this shows nothing.
  expect(ends.complete).toBeGreaterThan(STREAMS / 4);
  expect(ends.failed).toBeGreaterThan(STREAMS / 10);
});
