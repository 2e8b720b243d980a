import type { Dialect } from './dialect.testing.js';
import type { Model } from './model.js';
import { begin, hear, hearParts, question } from './model.testing.js';
import { Upstream } from './upstream.testing.js';

/** How every model over HTTP reads an answer that says `words`. */
export function providerReadingContract(dialect: Dialect, words: string[]): void {
  describe(`reading of a model over HTTP: ${dialect.name}`, () => {
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

    const whole = [...dialect.life, dialect.say(...words)].join('') + dialect.finish();
    const cuts: Array<[string, Buffer[]]> = [
      ['byte by byte', [...Buffer.from(whole)].map((byte) => Buffer.from([byte]))],
      ['with CRLF', [Buffer.from(whole.replaceAll('\n', '\r\n'))]],
      ['with CRLF, byte by byte', [...Buffer.from(whole.replaceAll('\n', '\r\n'))].map((byte) => Buffer.from([byte]))],
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
      expect(text).toBe(words.join(''));
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

    describe('with tools', () => {
      const inputSchema = { type: 'object', properties: {} };
      const asked = question('Hi', { tools: [{ name: 'f', inputSchema }] });
      const input = JSON.stringify({ text: 'Zwölf "Boxkämpfer" 🥊'.repeat(20) });
      const pieces = input.match(/[^]{1,3}/g)!;
      const stream = [dialect.say('So.'), ...dialect.call(1, 'c1', 'f', ...pieces)].join('');
      const called = { type: 'tool-call', toolCallId: 'c1', toolName: 'f', input };

      it.each([
        ['at once', [Buffer.from(stream)]],
        ['byte by byte', [...Buffer.from(stream)].map((byte) => Buffer.from([byte]))],
      ])('takes a call in pieces, %s', async (_name, bytes) => {
        upstream.reply = (call) => call.send(...bytes).end(dialect.finish(7, 'tool-calls'));
        expect(await hearParts(model, asked)).toEqual({
          parts: [{ type: 'text', text: 'So.' }, called],
          usage: { inputTokens: 5, outputTokens: 7 },
          finishReason: 'tool-calls',
        });
      });

      it('gives each piece as it comes, and what comes together as one', async () => {
        const answer = begin(model, asked);
        const [start, first, second, third] = dialect.call(0, 'c1', 'f', '{"a"', ':', '1}');
        const next = answer.next();
        const call = await upstream.call();
        call.send(start + first);
        expect((await next).value).toEqual({ toolCall: { toolCallId: 'c1', toolName: 'f', input: '{"a"' } });
        call.send(second + third);
        expect((await answer.next()).value).toEqual({ toolCall: { toolCallId: 'c1', input: ':1}' } });
        await answer.return?.();
      });

      it('does not tear a character of an input that comes as two escapes', async () => {
        const halves = ['\\ud83e', '\\udd4a'].map((half) =>
          dialect.call(0, 'c1', 'f', 'HALF')[1].replace('HALF', half),
        );
        upstream.reply = (call) => call.send(dialect.call(0, 'c1', 'f')[0], ...halves).end(dialect.finish());
        expect((await hearParts(model, asked)).parts).toEqual([{ ...called, input: '🥊' }]);
      });

      it('is passed over where nobody asked for them', async () => {
        upstream.reply = (call) => call.send(stream).end(dialect.finish(7, 'tool-calls'));
        const { parts } = await hearParts(model, question('Hi'));
        expect(parts).toEqual([{ type: 'text', text: 'So.' }]);
      });

      it('makes the provider wait for a taker that does not take, and loses nothing', async () => {
        const answer = begin(model, asked);
        const first = answer.next();
        const call = await upstream.call();
        const [start, piece] = dialect.call(0, 'c1', 'f', 'x'.repeat(64 * 1024));
        call.send(start);
        await first;
        expect(await call.fill(piece, 400, dialect.finish())).toBeLessThan(400);
        let length = 0;
        for (let result = await answer.next(); !result.done; result = await answer.next()) {
          if ('toolCall' in result.value) length += result.value.toolCall.input?.length ?? 0;
        }
        expect(length).toBe(400 * 64 * 1024);
      });
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
      // Blocked for good: nothing more goes out while nobody takes.
      expect(await call.fill(dialect.say(part), parts, dialect.finish())).toBeLessThan(parts);
      let length = ((await first).value as { text: string }).text.length;
      for (let result = await answer.next(); !result.done; result = await answer.next()) {
        if ('text' in result.value) length += result.value.text.length;
      }
      expect(length).toBe(part.length * parts);
    });
  });
}
