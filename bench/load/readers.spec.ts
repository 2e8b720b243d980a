import { describe, expect, it } from '@jest/globals';
import { Histogram } from './histogram.mjs';
import { ResponseReader } from './response-reader.mjs';
import { SseReader } from './sse-reader.mjs';

/** However the bytes are cut. */
function readIn(size, text) {
  const seen = [];
  let body = '';
  const reader = new ResponseReader({
    head: ({ status }) => seen.push(status),
    body: (piece) => (body += piece),
    end: () => {
      seen.push(body);
      body = '';
    },
  });
  for (let i = 0; i < text.length; i += size) reader.feed(text.slice(i, i + size));
  return { seen, closed: reader.close() };
}

describe('ResponseReader', () => {
  const chunked =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n, this is a test\r\n0\r\n\r\n';
  const sized = 'HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nnone';
  const empty = 'HTTP/1.1 204 No Content\r\n\r\n';

  it.each([1, 2, 3, 7, 1000])('reads responses one after the other, %i bytes at a time', (size) => {
    const { seen, closed } = readIn(size, chunked + sized + empty + chunked);
    const text = 'hello, this is a test';
    expect(seen).toEqual([200, text, 404, 'none', 204, '', 200, text]);
    expect(closed).toBe(false);
  });

  it('knows a body that was cut from one that ends with its connection', () => {
    expect(readIn(9, chunked.slice(0, -5)).closed).toBe(false);
    expect(readIn(9, 'HTTP/1.1 200 OK\r\n\r\nall of it')).toEqual({ seen: [200, 'all of it'], closed: true });
  });

  it('refuses a broken chunk', () => {
    expect(() => readIn(9, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n')).toThrow('broken chunk');
  });
});

describe('SseReader', () => {
  const stream =
    'retry: 1000\n\n:\n\nid: 1-0\nevent: created\ndata: {}\n\nid: 1-1\nevent: delta\ndata: {"text":"Ã¼"}\n\n';

  it.each([1, 5, 1000])('reads events, %i bytes at a time', (size) => {
    const events = [];
    let comments = 0;
    const reader = new SseReader(
      (event) => events.push(event),
      () => comments++,
    );
    for (let i = 0; i < stream.length; i += size) reader.feed(stream.slice(i, i + size));
    expect(comments).toBe(1);
    expect(events).toEqual([
      { id: '1-0', event: 'created', data: '{}' },
      { id: '1-1', event: 'delta', data: '{"text":"ü"}' },
    ]);
  });
});

describe('Histogram', () => {
  it('is right within 1 %, also after a way through JSON', () => {
    const histogram = new Histogram();
    for (let i = 1; i <= 1000; i++) histogram.add(i);
    const again = Histogram.from(JSON.parse(JSON.stringify(histogram)));
    const [p50, p99, most] = again.quantiles([0.5, 0.99, 1]);
    expect(Math.abs(p50 - 500)).toBeLessThan(10);
    expect(Math.abs(p99 - 990)).toBeLessThan(20);
    expect([most, again.mean, again.count]).toEqual([1000, 500.5, 1000]);
  });
});
