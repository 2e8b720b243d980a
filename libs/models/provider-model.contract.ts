import { eventually } from '../../test/support/eventually.js';
import { type Dialect, type MakeOptions } from './dialect.testing.js';
import type { Model } from './model.js';
import { modelContract } from './model.contract.js';
import { begin, hear, question } from './model.testing.js';
import { providerErrorsContract } from './provider-errors.contract.js';
import { providerListContract } from './provider-list.contract.js';
import { Upstream } from './upstream.testing.js';

const WORDS = ['Zwölf', ' Boxkämpfer', ' jagen', ' 🥊🥊', '\n\n六'];

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

  providerErrorsContract(dialect);
  providerListContract(dialect);

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

    describe('reading', () => {
      const whole = [...dialect.life, dialect.say(...WORDS)].join('') + dialect.finish();
      const cuts: Array<[string, Buffer[]]> = [
        ['byte by byte', [...Buffer.from(whole)].map((byte) => Buffer.from([byte]))],
        ['with CRLF', [Buffer.from(whole.replaceAll('\n', '\r\n'))]],
        [
          'with CRLF, byte by byte',
          [...Buffer.from(whole.replaceAll('\n', '\r\n'))].map((byte) => Buffer.from([byte])),
        ],
        ['with a byte order mark', [Buffer.from(`\uFEFF${whole}`)]],
        ['with data over several lines', [Buffer.from(whole.replaceAll(',"', ',\ndata: "'))]],
        [
          'without spaces after colons',
          [Buffer.from(whole.replaceAll('data: ', 'data:').replaceAll('event: ', 'event:'))],
        ],
        ['without the last empty line', [Buffer.from(whole.slice(0, -1))]],
        ['without the last line end', [Buffer.from(whole.slice(0, -2))]],
      ];
      it.each(cuts)('takes a stream %s', async (_name, pieces) => {
        upstream.reply = (call) => {
          call.start().response.socket!.setNoDelay(true);
          call.send(...pieces).end();
        };
        const { text, usage, error } = await hear(model);
        expect(error).toBeUndefined();
        expect(text).toBe(WORDS.join(''));
        expect(usage).toEqual({ inputTokens: 5, outputTokens: 7 });
      });

      it('gives what comes together as one chunk', async () => {
        upstream.reply = (call) => call.end(dialect.say('a', 'b', 'c') + dialect.finish());
        expect((await hear(model)).texts).toEqual(['abc']);
      });

      it('gives each delta as it comes', async () => {
        const answer = begin(model);
        for (const text of ['a', 'b']) {
          const next = answer.next();
          (await upstream.call()).send(dialect.say(text));
          expect(await next).toEqual({ done: false, value: { text } });
        }
        await answer.return?.();
      });

      it('does not tear a character that comes as two escapes', async () => {
        const [high, low] = JSON.stringify({ half: '\uD83E' }).match(/\\ud83e/) ? ['\\ud83e', '\\udd4a'] : [];
        const halves = (half: string) => dialect.say('HALF').replace('HALF', half);
        const answer = begin(model);
        const next = answer.next();
        const call = await upstream.call();
        call.send(dialect.say('a') + halves(high!));
        expect(await next).toEqual({ done: false, value: { text: 'a' } });
        call.send(halves(low!));
        expect(await answer.next()).toEqual({ done: false, value: { text: '🥊' } });
        await answer.return?.();
      });

      it('may be empty', async () => {
        upstream.reply = (call) => call.end(dialect.finish(0));
        const { text, error } = await hear(model);
        expect([text, error]).toEqual(['', undefined]);
      });

      it('ends with the end marker, also where the connection stays open', async () => {
        upstream.reply = (call) => call.send(dialect.say('a') + dialect.finish());
        const { text, error } = await hear(model);
        expect([text, error]).toEqual(['a', undefined]);
        await upstream.calls[0].closed();
      });

      it('makes the provider wait for a taker that does not take, and loses nothing', async () => {
        const part = 'x'.repeat(64 * 1024);
        const parts = 400;
        const answer = begin(model);
        const first = answer.next();
        const call = await upstream.call();
        let sent = 0;
        const pump = () => {
          while (sent < parts && !call.isBlocked) {
            call.send(dialect.say(part));
            sent++;
          }
          if (sent === parts) call.end(dialect.finish());
          else call.response.once('drain', pump);
        };
        pump();
        await first;
        let last = -1;
        // Blocked for good: nothing more goes out while nobody takes.
        await eventually(async () => {
          const before = last;
          last = sent;
          await new Promise((resolve) => setTimeout(resolve, 100));
          return before === sent;
        });
        expect(sent).toBeLessThan(parts);
        let length = ((await first).value as { text: string }).text.length;
        for (let result = await answer.next(); !result.done; result = await answer.next()) {
          if ('text' in result.value) length += result.value.text.length;
        }
        expect(length).toBe(part.length * parts);
      });
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
          { role: 'assistant' as const, text: 'before' },
          { role: 'user' as const, text: 'one' },
          { role: 'assistant' as const, text: '' },
          { role: 'user' as const, text: 'two' },
          { role: 'assistant' as const, text: 'three' },
          { role: 'user' as const, text: ' \n' },
          { role: 'assistant' as const, text: 'four' },
          { role: 'user' as const, text: 'five' },
        ];
        expect((await sent(question('', { turns }))).body.messages).toEqual([
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
