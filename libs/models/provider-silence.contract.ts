import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { eventually } from '../../test/support/eventually.js';
import { type Dialect, type MakeOptions } from './dialect.testing.js';
import type { Model } from './model.js';
import { begin, failureOf, hear } from './model.testing.js';
import { type Reply, Upstream } from './upstream.testing.js';

/** When every model over HTTP gives a provider up, and when not. */
export function providerSilenceContract(dialect: Dialect): void {
  describe(`silence of a model over HTTP: ${dialect.name}`, () => {
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

    const failure = (reply: Reply) => failureOf(upstream, model, reply);
    const { say } = dialect;
    it('before the first byte: unavailable', async () => {
      await model.close();
      make({ connection: { firstByteMs: 300 } });
      const error = { code: 'model_unavailable', retryable: true, free: false };
      expect((await failure(() => undefined)).error).toMatchObject(error);
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
      const { code, text, error } = await failure((call) => call.send(say('half')));
      expect([code, text, error.free]).toEqual(['model_broken_stream', 'half', false]);
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
}
