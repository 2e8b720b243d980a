import { eventually } from '../../test/support/eventually.js';
import { type Dialect, type MakeOptions } from './dialect.testing.js';
import { type Model, textTurn } from './model.js';
import { modelContract } from './model.contract.js';
import { hear, question } from './model.testing.js';
import { providerErrorsContract } from './provider-errors.contract.js';
import { providerForwardContract } from './provider-forward.contract.js';
import { providerListContract } from './provider-list.contract.js';
import { providerReadingContract } from './provider-reading.contract.js';
import { providerSilenceContract } from './provider-silence.contract.js';
import { providerStatusContract } from './provider-status.contract.js';
import { Upstream } from './upstream.testing.js';

const WORDS = ['Zwölf', ' Boxkämpfer', ' jagen', ' 🥊🥊', '\n\n六'];

/** Messages of text alone, however it is written. */
const plainMessages = (messages: Array<{ role: string; content: string | Array<{ text: string }> }>) =>
  messages.map(({ role, content }) => ({
    role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }));

/** What every model over HTTP must do, besides what every model must. */
export function providerModelContract(dialect: Dialect): void {
  modelContract(dialect.name, WORDS, async (length) => {
    const upstream = await Upstream.start();
    upstream.reply = (call) => {
      if (length === 'once') call.end(dialect.say(...WORDS) + dialect.finish(WORDS.length));
      else {
        const timer = setInterval(() => call.send(dialect.say(...WORDS)), 5);
        call.response.on('close', () => clearInterval(timer));
      }
    };
    const model = dialect.make(upstream.url);
    return {
      model,
      running: () => upstream.calls.filter((call) => !call.isClosed).length,
      close: async () => {
        await model.close();
        await upstream.stop();
      },
    };
  });

  providerReadingContract(dialect, WORDS);
  providerErrorsContract(dialect);
  providerStatusContract(dialect);
  providerSilenceContract(dialect);
  providerListContract(dialect);
  providerForwardContract(dialect, dialect.path);

  describe(`model over HTTP: ${dialect.name}`, () => {
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

    describe('connections', () => {
      it('are kept from one answer to the next', async () => {
        upstream.reply = (call) => call.end(dialect.say('a') + dialect.finish());
        for (let i = 0; i < 5; i++) {
          expect((await hear(model)).text).toBe('a');
          await upstream.calls[i].closed();
        }
        // The next question may come before the last bytes of the answer: then there is a second connection.
        expect(upstream.connections).toBeLessThanOrEqual(2);
      });

      it('are as many as there are answers', async () => {
        const all = Array.from({ length: 200 }, () => hear(model));
        await eventually(() => upstream.calls.length === 200);
        for (const call of upstream.calls) call.end(dialect.say('a') + dialect.finish());
        expect((await Promise.all(all)).every(({ text, error }) => text === 'a' && !error)).toBe(true);
      });

      it.each([
        ['before an answer', () => undefined],
        ['after the headers', (call: any) => call.start()],
        ['in the middle', (call: any) => call.send(dialect.say('a'))],
        ['in an error', (call: any) => call.response.writeHead(500).write('{')],
      ])('are closed when the signal aborts %s', async (_name, reply: (call: any) => unknown) => {
        upstream.reply = reply;
        const controller = new AbortController();
        const heard = hear(model, question(), controller.signal);
        await upstream.call();
        const reason = new Error('stopped');
        controller.abort(reason);
        expect((await heard).error).toBe(reason);
        await upstream.calls[0].closed();
        await eventually(() => upstream.sockets.size === 0);
      });

      it('are not used for a question that was called off while they were made', async () => {
        const controller = new AbortController();
        const heard = hear(model, question('called off'), controller.signal);
        controller.abort(new Error('stopped'));
        expect((await heard).error).toMatchObject({ message: 'stopped' });
        upstream.reply = (call) => call.end(dialect.say('a') + dialect.finish());
        for (let i = 0; i < 3; i++) expect((await hear(model)).text).toBe('a');
        expect(upstream.calls).toHaveLength(3);
      });

      it('are closed when the model is', async () => {
        const heard = hear(model);
        await (await upstream.call()).send(dialect.say('a'));
        await model.close();
        expect((await heard).error).toMatchObject({ name: 'ModelError' });
        await eventually(() => upstream.sockets.size === 0);
        expect((await hear(model)).error).toMatchObject({ name: 'ModelError' });
      });
    });

    describe('a request', () => {
      const sent = async (request = question(), options: MakeOptions = {}) => {
        upstream.reply = (call) => call.end(dialect.finish());
        await model.close();
        expect((await hear(make(options), request)).error).toBeUndefined();
        return upstream.calls[0];
      };

      it('carries the key, and the operator’s headers over ours', async () => {
        const headers = { 'x-title': 'Ours', 'user-agent': 'somebody' };
        const call = await sent(question(), { headers });
        const [name, value] = dialect.key;
        expect(call.headers).toMatchObject({ [name]: value, ...headers, 'content-type': 'application/json' });
      });

      it('needs no key', async () => {
        expect((await sent(question(), { apiKey: undefined })).headers[dialect.key[0]]).toBeUndefined();
      });

      it('has no empty turns, alternating roles, and a user’s turn first', async () => {
        const turns = [
          textTurn('assistant', 'before'),
          textTurn('user', 'one'),
          textTurn('assistant', ''),
          textTurn('user', 'two'),
          textTurn('assistant', 'three'),
          textTurn('user', ' \n'),
          textTurn('assistant', 'four'),
          textTurn('user', 'five'),
        ];
        expect(plainMessages((await sent(question('', { turns }))).body.messages)).toEqual([
          { role: 'user', content: 'one\n\ntwo' },
          { role: 'assistant', content: 'three\n\nfour' },
          { role: 'user', content: 'five' },
        ]);
      });

      it('leaves empty instructions out', async () => {
        const { body } = await sent(question('Hi', { instructions: '  ' }));
        expect(body.system).toBeUndefined();
        expect(body.messages).toHaveLength(1);
      });
    });
  });
}
