import { GarbledError } from './event-data.js';
import { SseParser, SseTooLongError } from './sse-parser.js';

type Seen = Array<[data: string, event: string]>;

function parse(chunks: Array<string | Buffer>, maxLength?: number): Seen {
  const seen: Seen = [];
  const parser = new SseParser((data, event) => seen.push([data, event]), maxLength);
  for (const chunk of chunks) parser.feed(Buffer.from(chunk));
  parser.end();
  return seen;
}

describe('SseParser', () => {
  const cases: Array<[string, string, Seen]> = [
    ['one event', 'data: a\n\n', [['a', '']]],
    [
      'no space, and only one space, after the colon',
      'data:a\n\ndata:  b\n\n',
      [
        ['a', ''],
        [' b', ''],
      ],
    ],
    ['an event of several lines', 'data: a\ndata:\ndata\ndata: b\n\n', [['a\n\n\nb', '']]],
    [
      'a name, for one event',
      'event: x\ndata: a\n\ndata: b\n\n',
      [
        ['a', 'x'],
        ['b', ''],
      ],
    ],
    ['an event without data as none', 'event: x\n\ndata: a\n\n', [['a', '']]],
    ['empty data', 'data:\n\n', [['', '']]],
    [
      'comments, ids, times and unknown fields as nothing',
      ': c\n:\nid: 7\nretry: 5\nfoo: bar\nfoo\ndatabase: x\ndata: a\n\n',
      [['a', '']],
    ],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\n', [['a\nb', '']]],
    [
      'CR',
      'data: a\rdata: b\r\rdata: c\r\r',
      [
        ['a\nb', ''],
        ['c', ''],
      ],
    ],
    [
      'all line ends mixed',
      'data: a\r\rdata: b\n\r\ndata: c\r\n\n',
      [
        ['a', ''],
        ['b', ''],
        ['c', ''],
      ],
    ],
    ['a byte order mark, at the beginning only', '\uFEFFdata: a\n\n\uFEFFdata: b\n\n', [['a', '']]],
    ['more than one byte in a character', 'data: ü六🥊\n\n', [['ü六🥊', '']]],
    [
      'an end without its empty line',
      'data: a\n\ndata: b',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [
      'a field `error`',
      'error: {"a":1}\n\ndata: b\n\n',
      [
        ['{"a":1}', 'error'],
        ['b', ''],
      ],
    ],
    ['comments that hold JSON as nothing', ': {"content":"x"}\n:{"delta":{}}\ndata: a\n\n', [['a', '']]],
    [
      'fields behind blanks',
      '  event: x\n\t data: {"delta":1}\n  : c\n\n  {"a":1}\n',
      [
        ['{"delta":1}', 'x'],
        ['{"a":1}', 'line'],
      ],
    ],
    ['a line of JSON', '{"error":"x"}\n', [['{"error":"x"}', 'line']]],
    ['nothing', '', []],
  ];

  it.each(cases)('reads %s', (_name, text, seen) => {
    expect(parse([text])).toEqual(seen);
  });

  it.each(cases)('reads %s however it is cut', (_name, text, seen) => {
    const bytes = Buffer.from(text);
    expect(parse([...bytes].map((byte) => Buffer.from([byte])))).toEqual(seen);
    for (let i = 0; i <= bytes.length; i++) {
      expect(parse([bytes.subarray(0, i), Buffer.alloc(0), bytes.subarray(i)])).toEqual(seen);
    }
  });

  it('reads the same from streams made by chance, cut by chance', () => {
    const parts = [
      'data: ',
      'data:',
      'a',
      'ü',
      '🥊',
      '\n',
      '\r\n',
      '\r',
      '\n\n',
      ': c',
      'event: e',
      ' ',
      '{',
      'error:',
    ];
    let seed = 7;
    const chance = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 500; round++) {
      const bytes = Buffer.from(Array.from({ length: chance(40) }, () => parts[chance(parts.length)]).join(''));
      const cuts: Buffer[] = [];
      for (let from = 0; from < bytes.length;) cuts.push(bytes.subarray(from, (from += 1 + chance(6))));
      expect(parse(cuts)).toEqual(parse([bytes]));
    }
  });

  it('gives an event as soon as its empty line is there', () => {
    const seen: string[] = [];
    const parser = new SseParser((data) => seen.push(data));
    parser.feed(Buffer.from('data: a\n'));
    expect(seen).toEqual([]);
    parser.feed(Buffer.from('\ndata: b'));
    expect(seen).toEqual(['a']);
    parser.feed(Buffer.from('\r\n\r\n'));
    expect(seen).toEqual(['a', 'b']);
  });

  it.each([
    ['a line', ['data: ', 'x'.repeat(60), 'x'.repeat(60)]],
    ['a line in one piece', [`data: ${'x'.repeat(120)}`]],
    ['an event', Array(12).fill(`data: ${'x'.repeat(10)}\n`)],
  ])('refuses %s that is too long', (_name, chunks) => {
    expect(() => parse(chunks, 100)).toThrow(SseTooLongError);
  });

  it.each(['dat: {"delta":1}', '  dat: {"delta":{}}', 'event: adata: {"text":"x"}'])(
    'refuses a line that looks like a garbled piece of an answer: %s',
    (line) => expect(() => parse([`${line}\n`])).toThrow(GarbledError),
  );

  it('takes any number of events, each within the limit', () => {
    expect(parse(Array(100).fill(`data: ${'x'.repeat(90)}\n\n`), 100)).toHaveLength(100);
  });

  it('lets out what the taker throws', () => {
    const parser = new SseParser(() => {
      throw new Error('enough');
    });
    expect(() => parser.feed(Buffer.from('data: a\n\n'))).toThrow('enough');
  });
});
