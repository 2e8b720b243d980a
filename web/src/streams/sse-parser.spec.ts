import { type SseEvent, SseParser } from './sse-parser.js';

function parse(...chunks: string[]): SseEvent[] {
  const events: SseEvent[] = [];
  const parser = new SseParser((event) => events.push(event));
  for (const chunk of chunks) parser.feed(chunk);
  return events;
}

describe('SseParser', () => {
  it('reads events with names, ids and data of several lines', () => {
    expect(parse('id: 1-0\nevent: delta\ndata: a\ndata:b\ndata\n\ndata: x\n\n')).toEqual([
      { event: 'delta', data: 'a\nb\n', id: '1-0' },
      { event: 'message', data: 'x', id: '1-0' },
    ]);
  });

  it.each(['\n', '\r', '\r\n'])('takes %j as the end of a line, wherever the stream is cut', (end) => {
    const stream = ['id: 1-1', 'event: delta', 'data: {"text":"é"}', '', ': silence', '', 'data: 2', '', ''].join(end);
    const whole = parse(stream);
    expect(whole.map(({ data }) => data)).toEqual(['{"text":"é"}', '2']);
    for (let at = 1; at < stream.length; at++) expect(parse(stream.slice(0, at), stream.slice(at))).toEqual(whole);
    expect(parse(...stream)).toEqual(whole);
  });

  it('leaves out a BOM, comments, empty events, ids with NUL and what is cut off', () => {
    expect(parse('\uFEFFid: 7\n:\n\n\nid: a\0b\ndata: 1\n\nevent: half\ndata: 2\n')).toEqual([
      { event: 'message', data: '1', id: '7' },
    ]);
  });

  it('keeps the retry time, if it is digits only', () => {
    const parser = new SseParser(() => undefined);
    parser.feed('retry: 1000\n\nretry: 5s\n\n');
    expect(parser.retryMs).toBe(1000);
  });
});
