import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { eventually } from '../../test/support/eventually.js';
import { type Dialect, KEY, type MakeOptions } from './dialect.testing.js';
import type { Model } from './model.js';
import { begin, hear } from './model.testing.js';
import { Upstream, type UpstreamCall } from './upstream.testing.js';

type Reply = (call: UpstreamCall) => unknown;

/** What every model over HTTP makes of a bad day. */
export function providerErrorsContract(dialect: Dialect): void {
  describe(`errors of a model over HTTP: ${dialect.name}`, () => {
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

    /** The error of a call that is answered so; tried once, and no connection stays in use. */
    async function failure(reply: Reply) {
      upstream.reply = reply;
      const { error, text } = await hear(model);
      expect(upstream.calls).toHaveLength(1);
      await upstream.calls[0].closed();
      expect(error).toMatchObject({ name: 'ModelError' });
      expect(error.message.length).toBeGreaterThan(20);
      return { code: error.code, retryable: error.retryable, retryAfterMs: error.retryAfterMs, error, text };
    }

    const { say } = dialect;
    const broken: Array<[string, Reply]> = [
      ['that ends without its end marker', (call) => call.end(say('half'))],
      ['that is empty', (call) => call.end()],
      ['whose connection breaks', (call) => call.send(say('half'), ': ').response.socket!.end()],
      ['that is a web page', (call) => call.start('text/html').end('<html>Bad gateway</html>')],
      ['that is a web page called a stream', (call) => call.end('<html>Bad gateway</html>')],
      ['that is an endless web page', (call) => call.start('text/html').send('<p>'.repeat(20_000))],
      ['that is no stream', (call) => call.json(200, { id: 'c1', choices: [{ message: { content: 'Hi' } }] })],
      ['that is JSON cut off', (call) => call.json(200, '{"choices":[')],
      ['with events that are no JSON', (call) => call.send(say('half'), 'data: {"choices":[{"del\n\n')],
      ['with events that are something else', (call) => call.send(say('half'), 'data: null\n\n')],
      ['with a line without an end', (call) => call.send(`data: ${'x'.repeat(1024 * 1024 + 1)}`)],
      ['with an event without an end', (call) => call.send(`data: ${'x'.repeat(1024)}\n`.repeat(1100))],
    ];
    it.each(broken)('a stream %s is broken', async (_name, reply) => {
      expect(await failure(reply)).toMatchObject({ code: 'model_broken_stream', retryable: true });
    });

    it('a stream that breaks off gives what it had first', async () => {
      const { text, code } = await failure((call) => call.send(say('one')).end(say(' two')));
      expect([text, code]).toEqual(['one two', 'model_broken_stream']);
    });

    it('a connection that is cut before an answer is retryable', async () => {
      expect(await failure((call) => call.cut())).toMatchObject({ code: 'model_unavailable', retryable: true });
    });

    it('a provider that is not there is retryable', async () => {
      const nowhere = dialect.make('http://127.0.0.1:9/v1');
      const { error } = await hear(nowhere);
      expect(error).toMatchObject({ code: 'model_unavailable', retryable: true });
      expect(error.message).toContain('ECONNREFUSED');
      await nowhere.close();
    });

    it('a host that does not exist is retryable, and its address is not told', async () => {
      const nowhere = dialect.make('http://user:hunter22@nowhere.invalid/v1');
      const { error } = await hear(nowhere);
      expect(error).toMatchObject({ code: 'model_unavailable', retryable: true });
      expect(error.message).not.toMatch(/hunter22|nowhere/);
      await nowhere.close();
    });

    it('a key that no header can carry is the operator’s to mend', async () => {
      const wrong = dialect.make(upstream.url, { apiKey: 'line\nbreak' });
      const { error } = await hear(wrong);
      expect(error).toMatchObject({ code: 'model_misconfigured', retryable: false });
      expect(error.message).not.toContain('break');
      await wrong.close();
    });

    describe('statuses', () => {
      const statuses: Array<[number, string, boolean]> = [
        [307, 'model_misconfigured', false],
        [400, 'model_refused', false],
        [401, 'model_misconfigured', false],
        [402, 'model_misconfigured', false],
        [403, 'model_misconfigured', false],
        [404, 'model_misconfigured', false],
        [408, 'model_unavailable', true],
        [409, 'model_unavailable', true],
        [413, 'context_too_long', false],
        [422, 'model_refused', false],
        [429, 'model_rate_limited', true],
        [500, 'model_unavailable', true],
        [502, 'model_unavailable', true],
        [503, 'model_unavailable', true],
        [529, 'model_unavailable', true],
      ];
      it.each(statuses)('%i is %s', async (status, code, retryable) => {
        expect(await failure((call) => call.json(status, { error: { message: 'scripted' } }))).toMatchObject({
          code,
          retryable,
        });
      });

      it.each([
        ['seconds', { 'retry-after': '7' }, 7000],
        ['milliseconds', { 'retry-after-ms': '350', 'retry-after': '1' }, 350],
        ['nothing', {}, undefined],
      ])('pass on a wait in %s', async (_name, headers: Record<string, string>, ms) => {
        const { retryAfterMs } = await failure((call) => call.json(429, {}, headers));
        expect(retryAfterMs).toBe(ms);
      });

      it('are told without the body, where that is a page', async () => {
        const { error } = await failure((call) => {
          call.response.writeHead(502, { 'content-type': 'text/html' });
          call.response.end('<html><h1>nginx/1.2</h1></html>');
        });
        expect(error.message).not.toMatch(/nginx|<|>/);
      });

      it('are told though the body never ends', async () => {
        const endless: Reply = (call) => call.response.writeHead(503).write('{"error":');
        expect(await failure(endless)).toMatchObject({ code: 'model_unavailable' });
      });

      it('are told from the beginning of a body that is too big', async () => {
        let sent = 0;
        const flood: Reply = (call) => {
          call.response.writeHead(503);
          const pour = () => {
            sent += 64;
            if (!call.isClosed) call.response.write('x'.repeat(64 * 1024), () => setImmediate(pour));
          };
          pour();
        };
        expect(await failure(flood)).toMatchObject({ code: 'model_unavailable' });
        expect(sent).toBeLessThan(64 * 1024);
      });

      it('are told though the body is cut off', async () => {
        const cut: Reply = (call) => {
          call.response.writeHead(429, { 'content-length': '100', 'retry-after': '3' }).write('{"error"');
          call.response.socket!.end();
        };
        expect(await failure(cut)).toMatchObject({ code: 'model_rate_limited', retryAfterMs: 3000 });
      });
    });

    describe('in words', () => {
      it('say where the key is set, and never the key', async () => {
        const echo = { error: { message: `Incorrect API key provided: ${KEY}`, type: 'authentication_error' } };
        const { error } = await failure((call) => call.json(401, echo));
        expect(error.message).toContain('THE_KEY');
        expect(`${error.message} ${error.cause}`).not.toContain('sk-');
      });

      it('pass on why a question was refused, without what is secret', async () => {
        const message = `messages: bad <role>\n for ${KEY} at https://user:hunter22@host/v1`;
        const { error } = await failure((call) => call.json(400, { error: { message } }));
        expect(error.message).toContain('messages: bad <role> for');
        expect(`${error.message} ${error.cause}`).not.toMatch(/secret-key|hunter22/);
      });

      it('name the model that is not there', async () => {
        const { error } = await failure((call) => call.json(404, { error: { message: 'no such model' } }));
        expect(error.message).toContain('“m”');
      });
    });

    describe('in the stream', () => {
      const errors: Array<[string, string, string, boolean]> = [
        ['overloaded_error', 'Overloaded', 'model_unavailable', true],
        ['api_error', 'Internal server error', 'model_unavailable', true],
        ['server_error', 'The server had an error', 'model_unavailable', true],
        ['rate_limit_error', 'Slow down', 'model_rate_limited', true],
        ['authentication_error', 'invalid key', 'model_misconfigured', false],
        ['invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', 'context_too_long', false],
        ['invalid_request_error', 'something else', 'model_refused', false],
        ['insufficient_quota', 'You exceeded your current quota', 'model_misconfigured', false],
        ['brand_new_error', 'Whatever', 'model_unavailable', true],
      ];
      it.each(errors)('%s (%s) is %s', async (type, message, code, retryable) => {
        const { text, ...found } = await failure((call) => call.send(say('half'), dialect.error(type, message)));
        expect(found).toMatchObject({ code, retryable });
        expect(text).toBe('half');
      });

      it.each([
        [
          'the answer’s body',
          (error: string): Reply =>
            (call) =>
              call.json(200, error),
        ],
        [
          'a line of JSON',
          (error: string): Reply =>
            (call) =>
              call.send(`${error}\n`),
        ],
        [
          'a field of its own',
          (error: string): Reply =>
            (call) =>
              call.send(`error: ${error}\n\n`),
        ],
      ])('may come as %s', async (_name, how) => {
        const error = { error: { code: 400, message: 'the request exceeds the available context size', type: 'x' } };
        expect(await failure(how(JSON.stringify(error)))).toMatchObject({ code: 'context_too_long' });
      });
    });

    describe('silence', () => {
      it('before the first byte: unavailable', async () => {
        await model.close();
        make({ connection: { firstByteMs: 300 } });
        expect(await failure(() => undefined)).toMatchObject({ code: 'model_unavailable', retryable: true });
      });

      it('after the headers is still before the first byte', async () => {
        await model.close();
        make({ connection: { firstByteMs: 1500, idleMs: 1 } });
        const late: Reply = (call) => {
          call.start();
          setTimeout(() => call.end(say('late') + dialect.finish()), 700);
        };
        upstream.reply = late;
        expect(await hear(model)).toMatchObject({ text: 'late', error: undefined });
        expect(await hear(model, undefined, AbortSignal.timeout(1))).toMatchObject({ text: '' });
      });

      it('within the answer: broken', async () => {
        await model.close();
        make({ connection: { idleMs: 300 } });
        const { code, text } = await failure((call) => call.send(say('half')));
        expect([code, text]).toEqual(['model_broken_stream', 'half']);
      });

      it('is ended by any byte', async () => {
        await model.close();
        make({ connection: { idleMs: 500 } });
        upstream.reply = (call) => {
          const signs = [...dialect.life, ...dialect.life, ...dialect.life].slice(0, 14);
          const timer = setInterval(() => {
            const sign = signs.shift();
            if (sign !== undefined) return call.send(sign);
            clearInterval(timer);
            call.end(say('at last') + dialect.finish());
          }, 150);
        };
        expect(await hear(model)).toMatchObject({ text: 'at last', error: undefined });
      });

      it('of our own taker is not the provider’s', async () => {
        await model.close();
        make({ connection: { idleMs: 300 } });
        const answer = begin(model);
        const first = answer.next();
        const call = await upstream.call();
        call.send(say('x'.repeat(300_000)));
        await first;
        // Another call with the same limits is given up for silence meanwhile.
        upstream.reply = (other) => other.send(say('half'));
        call.send(say('y'.repeat(300_000)));
        expect((await hear(model)).error).toMatchObject({ code: 'model_broken_stream' });
        call.end(dialect.finish());
        let text = '';
        for (let result = await answer.next(); !result.done; result = await answer.next()) {
          if ('text' in result.value) text += result.value.text;
        }
        expect(text.length).toBeGreaterThanOrEqual(300_000);
      });

      it('of one that does not even finish connecting: unavailable', async () => {
        const sockets = new Set<Socket>();
        const silent = createServer((socket) => sockets.add(socket.resume()));
        silent.listen(0, '127.0.0.1');
        await once(silent, 'listening');
        const { port } = silent.address() as { port: number };
        const httpProxy = `http://127.0.0.1:${port}`;
        const behind = dialect.make('http://model.example/v1', { connection: { connectMs: 300, httpProxy } });
        expect((await hear(behind)).error).toMatchObject({ code: 'model_unavailable', retryable: true });
        // Undici's own time-out, in steps of half a second, closes what was given up.
        await eventually(() => [...sockets].every((socket) => socket.destroyed));
        await behind.close();
        await new Promise((resolve) => silent.close(resolve));
      });
    });
  });
}
