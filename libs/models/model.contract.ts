import { setImmediate as immediate } from 'node:timers/promises';
import { eventually } from '../../test/support/eventually.js';
import type { Model } from './model.js';
import { begin, hear, question } from './model.testing.js';

export interface OpenedModel {
  model: Model;
  /** Answers that are being written for somebody; undefined where nobody could tell. */
  running?: () => number;
  close(): Promise<void>;
}

/** What every Model must do. `open` gives one that says `words` and ends, or says them over and over. */
export function modelContract(
  name: string,
  words: string[],
  open: (length: 'once' | 'endless') => Promise<OpenedModel>,
): void {
  describe(`Model: ${name}`, () => {
    let opened: OpenedModel;
    let model: Model;
    const start = async (length: 'once' | 'endless') => {
      opened = await open(length);
      model = opened.model;
    };
    const nothingRuns = () => eventually(() => (opened.running?.() ?? 0) === 0);
    afterEach(() => opened.close());

    it('says its text in order, its usage, why it ended, and ends', async () => {
      await start('once');
      const { text, usage, error, finishReason } = await hear(model);
      expect([error, finishReason]).toEqual([undefined, 'stop']);
      expect(text).toBe(words.join(''));
      expect(usage).toEqual({ inputTokens: expect.any(Number), outputTokens: words.length });
      await nothingRuns();
    });

    it('says its text beside tools that it does not call', async () => {
      await start('once');
      const tools = [{ name: 'f', inputSchema: { type: 'object', properties: {} } }];
      for (const more of [{ tools }, { tools, toolChoice: 'none' as const }, { tools: [] }]) {
        const { text, finishReason, error } = await hear(model, question('Hi', more));
        expect([text, finishReason, error]).toEqual([words.join(''), 'stop', undefined]);
      }
    });

    it('has stayed at its end when it is asked further', async () => {
      await start('once');
      const answer = begin(model);
      while (!(await answer.next()).done);
      expect(await answer.next()).toEqual({ done: true, value: undefined });
    });

    it('offers models, the first of which is the default', async () => {
      await start('once');
      const [first] = await model.models();
      expect(await model.defaultModel()).toBe(first.name);
    });

    it('writes many answers at once, each whole', async () => {
      await start('once');
      const all = await Promise.all(Array.from({ length: 50 }, (_, i) => hear(model, question(`question ${i}`))));
      expect(all.map(({ text, error }) => [text, error])).toEqual(Array(50).fill([words.join(''), undefined]));
    });

    it('begins only when somebody listens, and anew for each who does', async () => {
      await start('once');
      const answers = model.stream(question(), new AbortController().signal);
      await immediate();
      expect(opened.running?.() ?? 0).toBe(0);
      for (let i = 0; i < 2; i++) {
        let text = '';
        for await (const chunk of answers) if ('text' in chunk) text += chunk.text;
        expect(text).toBe(words.join(''));
      }
    });

    it('gives a slow taker everything', async () => {
      await start('once');
      const answer = begin(model);
      let text = '';
      for (let result = await answer.next(); !result.done; result = await answer.next()) {
        if ('text' in result.value) text += result.value.text;
        for (let i = 0; i < 100; i++) await immediate();
      }
      expect(text).toBe(words.join(''));
    });

    it('ends with the reason of the signal, in the middle', async () => {
      await start('endless');
      const controller = new AbortController();
      const answer = begin(model, question(), controller.signal);
      expect((await answer.next()).done).toBe(false);
      const reason = new Error('stopped');
      const waiting = (async () => {
        for (;;) await answer.next();
      })();
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      expect(await answer.next()).toEqual({ done: true, value: undefined });
      await nothingRuns();
    });

    it('ends with the reason of the signal while nobody takes anything', async () => {
      await start('endless');
      const controller = new AbortController();
      const answer = begin(model, question(), controller.signal);
      await answer.next();
      const reason = new Error('stopped');
      controller.abort(reason);
      await nothingRuns();
      await expect(answer.next()).rejects.toBe(reason);
    });

    it('does not begin under a signal that is aborted', async () => {
      await start('endless');
      const reason = new Error('before');
      const { error, texts } = await hear(model, question(), AbortSignal.abort(reason));
      expect([error, texts]).toEqual([reason, []]);
      await nothingRuns();
    });

    it('stops when the listener leaves', async () => {
      await start('endless');
      for await (const _ of model.stream(question(), new AbortController().signal)) break;
      await nothingRuns();
    });

    it('stops one answer and lets the others go on', async () => {
      await start('endless');
      const controller = new AbortController();
      const stopped = begin(model, question(), controller.signal);
      const other = begin(model);
      await Promise.all([stopped.next(), other.next()]);
      controller.abort(new Error('stopped'));
      for (let i = 0; i < 5; i++) expect((await other.next()).done).toBe(false);
      await other.return?.();
      await nothingRuns();
    });

    it('leaves no listener on the signal', async () => {
      await start('once');
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      await hear(model, question(), signal);
      expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
        added.mock.calls.map(([, listener]) => listener),
      );
    });

    it('can be closed any number of times', async () => {
      await start('once');
      await hear(model);
      await model.close();
      await model.close();
    });
  });
}
