import { setImmediate as immediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Dialect, KEY, type MakeOptions } from './dialect.testing.js';
import type { Forwarded, ForwardPath, Model } from './model.js';
import { Upstream } from './upstream.testing.js';

async function bytesOf({ body }: Forwarded): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of body) all.push(chunk);
  return Buffer.concat(all);
}

/** How every model over HTTP hands calls on. */
export function providerForwardContract(dialect: Dialect, path: ForwardPath): void {
  describe(`calls that a model over HTTP hands on: ${dialect.name}`, () => {
    let upstream: Upstream;
    let model: Model;
    const make = (options: MakeOptions = {}) => (model = dialect.make(upstream.url, options));
    beforeEach(async () => {
      upstream = await Upstream.start();
      make();
    });
    afterEach(async () => {
      await model.close();
      await upstream.stop();
    });
    const body = { model: 'm', odd: ['🥊'] };
    const never = new AbortController().signal;
    const forward = (signal = never) => model.forward(path, body, signal);

    it('go out as they are, with our key, and come back as they are', async () => {
      const answer = Buffer.from('{ "odd" : [1, 2] }\n\0\xff', 'latin1');
      upstream.reply = ({ response }) => {
        response.writeHead(203, {
          'content-type': 'x/y',
          'X-Request-Id': 'r1',
          'set-cookie': 'a=b',
        });
        response.end(answer);
      };
      const given = {
        'Anthropic-Beta': 'b1',
        accept: 'a/b',
        authorization: 'Bearer x',
        'X-Api-Key': 'x',
        cookie: 'c',
        Host: 'h',
      };
      for (const sent of [body, Buffer.from(JSON.stringify(body))]) {
        const got = await model.forward(path, sent, never, given);
        expect(got.status).toBe(203);
        const { date: _date, ...headers } = got.headers;
        expect(headers).toEqual({ 'content-type': 'x/y', 'x-request-id': 'r1' });
        expect(await bytesOf(got)).toEqual(answer);
        await immediate();
      }
      for (const call of upstream.calls) {
        expect([call.path, call.body]).toEqual([`/v1${path}`, body]);
        expect(call.headers).toMatchObject({
          ...{ 'user-agent': 'parley', 'content-type': 'application/json', accept: 'a/b', 'anthropic-beta': 'b1' },
          ...{ host: `127.0.0.1:${upstream.port}`, [dialect.key[0]]: dialect.key[1] },
        });
        expect(call.headers.cookie).toBeUndefined();
        const others = Object.entries(call.headers).filter(([name]) => name !== dialect.key[0]);
        expect(JSON.stringify(others)).not.toMatch(new RegExp(`${KEY}|Bearer x|"x-api-key"`));
      }
      // One connection, kept.
      expect(upstream.connections).toBe(1);
    });

    it('come back each piece as it comes', async () => {
      const answer = forward();
      const call = await upstream.call();
      call.start();
      const { body: bytes } = await answer;
      for (const piece of ['data: a', '\n\n', ': ping']) {
        const next = bytes.next();
        call.send(piece);
        expect(String((await next).value)).toBe(piece);
      }
      call.end();
      expect(await bytes.next()).toEqual({ done: true, value: undefined });
      expect(await bytes.next()).toEqual({ done: true, value: undefined });
    });

    it.each([400, 401, 429, 500, 503])('come back with a refusal, too: %d', async (status) => {
      upstream.reply = (call) => call.json(status, { error: 'x' }, { 'retry-after': '7' });
      const answer = await forward();
      expect([answer.status, answer.headers['retry-after']]).toEqual([status, '7']);
      expect(String(await bytesOf(answer))).toBe('{"error":"x"}');
      expect(upstream.calls).toHaveLength(1);
    });

    it('come back unpacked, where nobody asked for packing', async () => {
      const packed = gzipSync('hello');
      upstream.reply = ({ response }) => {
        response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
      };
      const answer = await forward();
      expect(answer.headers).not.toHaveProperty('content-encoding');
      expect(answer.headers).not.toHaveProperty('content-length');
      expect(String(await bytesOf(answer))).toBe('hello');
    });

    it('make the provider wait for a taker that does not take, and lose nothing', async () => {
      const piece = Buffer.alloc(64 * 1024, 'x');
      const answer = forward();
      const call = await upstream.call();
      const filled = call.fill(piece, 400);
      const got = await answer;
      expect(await filled).toBeLessThan(400);
      expect((await bytesOf(got)).length).toBe(400 * piece.length);
    });

    it('end at once with the reason of the signal', async () => {
      const reason = new Error('stopped');
      const before = new AbortController();
      const waiting = forward(before.signal);
      const first = await upstream.call();
      before.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      await first.closed();

      const amid = new AbortController();
      const answer = forward(amid.signal);
      const second = await upstream.call(1);
      second.send('a');
      const { body: bytes } = await answer;
      await bytes.next();
      const next = bytes.next();
      amid.abort(reason);
      await expect(next).rejects.toBe(reason);
      expect(await bytes.next()).toEqual({ done: true, value: undefined });
      await second.closed();

      await expect(forward(AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(upstream.calls).toHaveLength(2);
    });

    it('end where nobody takes them any more', async () => {
      upstream.reply = (call) => call.send('a');
      const { body: bytes } = await forward();
      for await (const _ of bytes) break;
      await upstream.calls[0].closed();
    });

    it('leave no listener on the signal', async () => {
      upstream.reply = (call) => call.end('a');
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      await bytesOf(await forward(signal));
      expect(removed.mock.calls.map(([, one]) => one)).toEqual(added.mock.calls.map(([, one]) => one));
    });

    it('fail where the provider breaks off, before its answer or within it', async () => {
      upstream.reply = (call) => call.cut();
      await expect(forward()).rejects.toMatchObject({ name: 'ModelError', code: 'model_unavailable', free: false });
      upstream.reply = (call) => call.breakOff('half');
      const { body: bytes } = await forward();
      expect(String((await bytes.next()).value)).toBe('half');
      await expect(bytes.next()).rejects.toMatchObject({ code: 'model_broken_stream', retryable: true });
    });

    it('fail where nobody is there', async () => {
      await upstream.stop();
      await expect(forward()).rejects.toMatchObject({ code: 'model_unavailable', retryable: true, free: true });
      upstream = await Upstream.start();
    });

    it('fail where the provider is silent for too long, before its answer or within it', async () => {
      await model.close();
      make({ connection: { firstByteMs: 300, idleMs: 300 } });
      await expect(forward()).rejects.toMatchObject({ code: 'model_unavailable', free: false });
      await upstream.calls[0].closed();
      upstream.reply = (call) => call.send('a');
      const { body: bytes } = await forward();
      await bytes.next();
      await expect(bytes.next()).rejects.toMatchObject({ code: 'model_broken_stream' });
      await upstream.calls[1].closed();
    });
  });
}
