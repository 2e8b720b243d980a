import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import { anthropic, chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const STREAMS = 10_000;
const WORDS = ['Zwölf', ' "Boxkämpfer"', ' {jagen}', ' 🥊🥊', '\n\n六', ' data: [DONE]', ' finish_reason'];

const TEXT = WORDS.join('');
const done = event('[DONE]');
const choice = (more: object) => event({ choices: [{ index: 0, ...more }] });
const stop = choice({ delta: {}, finish_reason: 'stop' });
const length = choice({ delta: {}, finish_reason: 'length' });
const each = (say: (word: string) => string, words = WORDS) => words.map(say).join('');
const piece = (content: string) => choice({ message: { content } });
const whole = { object: 'chat.completion', choices: [{ message: { content: TEXT }, finish_reason: 'stop' }] };
const ABOUT = '<think> tags mark thoughts. ';

interface Recorded {
  reader: typeof openAiReader;
  stream: string;
  /** What it says. Undefined: it is in a form that is not known. */
  text?: string;
}

/** Streams as providers send them, and some that nobody can read. */
const recorded: Recorded[] = [
  [...openAi.life, openAi.say(...WORDS), openAi.finish()].join(''),
  each((content) => chunk({ content })) + done,
  each((content) => choice({ delta: { content }, finish_reason: 'stop' })),
  (openAi.say(...WORDS) + openAi.finish()).replaceAll('\n', '\r\n'),
  JSON.stringify(whole),
  choice({ delta: { role: 'assistant' }, finish_reason: 'stop' }) + openAi.say(...WORDS) + stop,
  openAi.say(...WORDS.slice(0, 2)) + each(piece, WORDS.slice(2)) + stop,
  openAi.say(...WORDS.slice(0, 4)) + event(whole) + done,
  openAi.say('<think> hm </think>', ...WORDS) + length + done,
].map((stream) => ({ reader: openAiReader, stream, text: TEXT }));
recorded.push(
  { reader: openAiReader, stream: openAi.say(ABOUT, ...WORDS) + length + done, text: ABOUT + TEXT },
  {
    reader: anthropicReader,
    stream: anthropic.life.join('') + anthropic.say(...WORDS) + anthropic.finish(),
    text: TEXT,
  },
  { reader: anthropicReader, stream: openAi.say(...WORDS) + openAi.finish() },
);
const unknown: Array<(word: string) => string> = [
  (content) => event({ content, stop: false }),
  (delta) => event({ type: 'response.output_text.delta', delta }),
  (text) => event({ candidates: [{ content: { parts: [{ text }] } }] }),
  (value) => choice({ delta: { parts: [{ value }] } }),
];
for (const say of unknown)
  for (const end of [stop, done]) recorded.push({ reader: openAiReader, stream: each(say) + end });

let seed = 1;
const chance = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;

const none = (bytes: Buffer) => bytes;
const cut = (bytes: Buffer) => bytes.subarray(0, chance(bytes.length));

/** What happens to streams on their way. */
const harms: Array<(bytes: Buffer) => Buffer> = [
  none,
  cut,
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

/** Of JSON that has a key twice, by harm, the first is lost to each parser. */
const TWICE = /.*"(choices|delta|message|content|text)":.*"\1":.*/g;

/** The words that were sent, in whatever form, but in comments: those that no reader can miss. */
function sent(bytes: Buffer): string[] {
  const text = bytes
    .toString()
    .replace(/(^|[\r\n])[ \t]*:[^\r\n]*/g, '$1')
    .replace(TWICE, '');
  return WORDS.filter((word) => {
    const json = JSON.stringify(word).slice(1, -1);
    return ['content', 'text', 'delta', 'value'].some((key) => text.includes(`"${key}":"${json}"`));
  });
}

/** These bytes, cut by chance. */
function pieces(bytes: Buffer): Buffer[] {
  const all: Buffer[] = [];
  for (let from = 0; from < bytes.length;) all.push(bytes.subarray(from, (from += 1 + chance(400))));
  return all;
}

/** The events that came whole. */
const wholeEvents = (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf('\n\n') + 2);

it(`makes of ${STREAMS} harmed streams the text, or an honest end`, async () => {
  const ends = { complete: 0, failed: 0 };
  for (let i = 0; i < STREAMS; i++) {
    seed = i + 1;
    const { reader, stream, text: right } = recorded[i % recorded.length];
    let bytes: Buffer = Buffer.from(stream);
    const done = Array.from({ length: chance(3) }, () => harms[chance(harms.length)]);
    for (const harm of done) if (bytes.length > 0) bytes = harm(bytes);
    const isOnlyCut = done.every((harm) => harm === none || harm === cut);
    const isReset = chance(4) === 0;
    const { text, error } = await read(reader, pieces(bytes), isReset);
    ends[error ? 'failed' : 'complete']++;
    if (error) expect([i, error.name]).toEqual([i, 'ModelError']);
    let needed: string[] = [];
    // Nothing of what came is missing where the answer is called whole; all of it came where its connection failed.
    if (!error) needed = isReset && isOnlyCut ? WORDS : sent(bytes);
    // What came before a break is kept.
    else if (isOnlyCut && right) needed = sent(wholeEvents(bytes));
    const missing = needed.filter((word) => !text.includes(word));
    expect({ i, missing, text: missing.length ? bytes.toString() : '' }).toEqual({ i, missing: [], text: '' });
    if (bytes.equals(Buffer.from(stream)) && !isReset)
      expect({ i, text, isWhole: !error }).toEqual({ i, text: right ?? '', isWhole: right !== undefined });
  }
  // Both happen, or this shows nothing.
  expect(ends.complete).toBeGreaterThan(STREAMS / 4);
  expect(ends.failed).toBeGreaterThan(STREAMS / 10);
});
