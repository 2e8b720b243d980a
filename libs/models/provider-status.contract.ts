import { type Dialect, KEY } from './dialect.testing.js';
import type { Model } from './model.js';
import { failureOf } from './model.testing.js';
import { type Reply, Upstream } from './upstream.testing.js';

/** What every model over HTTP makes of a status that is no success, and says of it. */
export function providerStatusContract(dialect: Dialect): void {
  describe(`statuses of a model over HTTP: ${dialect.name}`, () => {
    let upstream: Upstream;
    let model: Model;
    beforeEach(async () => {
      upstream = await Upstream.start();
      model = dialect.make(upstream.url);
    });
    afterEach(async () => {
      await model.close();
      await upstream.stop();
    });

    const failure = (reply: Reply) => failureOf(upstream, model, reply);

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
          error: { free: true },
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
  });
}
