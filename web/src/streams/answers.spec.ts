import type { Message } from '../api/types.js';
import { Answer, type AnswersOwner } from './answers.js';

/** Frames are drawn when the test says so. */
let frames: (() => void)[] = [];
const draw = () => frames.splice(0).forEach((frame) => frame());

beforeEach(() => {
  frames = [];
  Object.assign(globalThis, {
    requestAnimationFrame: (frame: () => void) => frames.push(frame),
    cancelAnimationFrame: () => undefined,
  });
});

function listen() {
  const answer = new Answer();
  const ended: Message[] = [];
  const owner: AnswersOwner = { ended: (message) => void ended.push(message), missed: () => undefined };
  const take = (event: string, data: object) => answer.take({ event, data: JSON.stringify(data), id: '' }, owner);
  return { answer, ended, take, now: () => answer.store.get() };
}

describe('Answer', () => {
  it('puts the text together, and tells the page once a frame', () => {
    const { answer, take, now } = listen();
    let changes = 0;
    answer.store.subscribe(() => changes++);
    take('queued', { position: 3 });
    draw();
    expect(now().position).toBe(3);
    for (const text of ['A ', '\ud83d', '\udc4d', ' b']) take('delta', { text });
    expect(now().text).toBe('');
    draw();
    expect(now()).toMatchObject({ text: 'A 👍 b', position: null });
    expect(changes).toBe(2);
  });

  it('starts over with reset, and says why', () => {
    const { take, now } = listen();
    take('delta', { text: 'lost' });
    take('retry', { attempt: 1, afterMs: 2_000, reason: 'model_unavailable' });
    draw();
    expect(now().retryAt).toBeGreaterThan(Date.now());
    take('reset', { attempt: 2, reason: 'retry' });
    take('delta', { text: 'new' });
    draw();
    expect(now()).toMatchObject({ text: 'new', reset: 'retry', retryAt: null });
  });

  it('says nothing of a new beginning where nothing was lost by it', () => {
    const { take, now } = listen();
    take('retry', { attempt: 1, afterMs: 2_000, reason: 'model_rate_limited' });
    draw();
    expect(now()).toMatchObject({ retryReason: 'model_rate_limited', quietSince: null });
    take('reset', { attempt: 2, reason: 'retry' });
    take('delta', { text: 'the text so far' });
    take('reset', { attempt: 2, reason: 'log_lost' });
    take('delta', { text: 'the text so far, and on' });
    draw();
    expect(now()).toMatchObject({ text: 'the text so far, and on', reset: null });
  });

  it('knows since when nothing has come of the model', () => {
    const { take, now } = listen();
    const before = Date.now();
    take('created', {});
    draw();
    expect(now().quietSince).toBeGreaterThanOrEqual(before);
    take('queued', { position: 1 });
    draw();
    expect(now().quietSince).toBeNull();
    take('delta', { text: 'a' });
    draw();
    expect(now().quietSince).toBeGreaterThanOrEqual(before);
    take('final', { message: { id: 'm', text: 'a' } });
    expect(now().quietSince).toBeNull();
  });

  it('ends with final, whose message is the truth', () => {
    const { take, ended, now } = listen();
    take('delta', { text: 'half' });
    expect(take('final', { message: { id: 'm', text: 'whole' } })).toBe(true);
    expect(ended).toMatchObject([{ text: 'whole' }]);
    expect(now()).toMatchObject({ isOver: true, error: null });
  });

  it('ends with error, also where there is no message any more', () => {
    const { take, ended, now } = listen();
    expect(take('error', { code: 'conversation_deleted', title: '', retryable: false, message: null })).toBe(true);
    expect(ended).toEqual([]);
    expect(now()).toMatchObject({ isOver: true, error: { code: 'conversation_deleted' } });
  });

  it('passes over events, and keeps the place of parts, of a later server', () => {
    const { take, now } = listen();
    expect(take('something', { new: true })).toBe(false);
    take('part', { index: 0, part: { type: 'hologram', depth: 3 } });
    take('delta', { text: 'Seen.' });
    take('part', { index: 0, part: { type: 'hologram', isDone: true } });
    draw();
    expect(now()).toMatchObject({
      text: 'Seen.',
      parts: [
        { type: 'hologram', depth: 3, isDone: true },
        { type: 'text', text: 'Seen.' },
      ],
    });
  });

  describe('made of parts', () => {
    it('joins thoughts and texts each with the last of its kind, and closes a thought by its time', () => {
      const { take, now } = listen();
      take('created', {});
      for (const text of ['Let ', 'me see.']) take('reasoning', { text });
      draw();
      expect(now()).toMatchObject({ text: '', parts: [{ type: 'reasoning', text: 'Let me see.', ms: null }] });
      take('part', { index: 0, part: { type: 'reasoning', ms: 1_200 } });
      for (const text of ['It is', ' 4.']) take('delta', { text });
      take('reasoning', { text: '\n\nOr not?' });
      take('part', { index: 2, part: { type: 'reasoning', ms: 300 } });
      take('delta', { text: '\n\nIt is.' });
      draw();
      expect(now()).toMatchObject({
        text: 'It is 4.\n\nIt is.',
        parts: [
          { type: 'reasoning', text: 'Let me see.', ms: 1_200 },
          { type: 'text', text: 'It is 4.' },
          { type: 'reasoning', text: '\n\nOr not?', ms: 300 },
          { type: 'text', text: '\n\nIt is.' },
        ],
      });
    });

    it('knows since when it thinks, also where nothing of that is shown', () => {
      const { take, now } = listen();
      const before = Date.now();
      take('created', {});
      take('part', { index: 0, part: { type: 'reasoning', text: '', ms: null } });
      draw();
      expect(now().parts).toEqual([{ type: 'reasoning', text: '', ms: null }]);
      expect(now().thinkingSince).toBeGreaterThanOrEqual(before);
      expect(now().quietSince).toBeNull();
      take('part', { index: 0, part: { type: 'reasoning', ms: 9_000 } });
      draw();
      expect(now()).toMatchObject({ thinkingSince: null, parts: [{ type: 'reasoning', text: '', ms: 9_000 }] });
      expect(now().quietSince).toBeGreaterThanOrEqual(before);
    });

    it('counts a thought whose beginning nobody watched from when its answer was asked for', () => {
      const { answer, take, now } = listen();
      answer.askedAt = 1_000;
      take('created', {});
      for (const text of ['a', 'b']) take('reasoning', { text });
      draw();
      expect(now().thinkingSince).toBe(1_000);
      take('part', { index: 0, part: { type: 'reasoning', ms: 1 } });
      take('delta', { text: 'c' });
      take('reasoning', { text: 'd' });
      draw();
      expect(now().thinkingSince).toBeGreaterThan(1_000);
    });

    it('forgets all of them with reset', () => {
      const { take, now } = listen();
      take('reasoning', { text: 'lost' });
      take('reset', { attempt: 1, reason: 'worker_lost' });
      draw();
      expect(now()).toMatchObject({ text: '', parts: [], thinkingSince: null, reset: 'worker_lost' });
      take('delta', { text: 'new' });
      draw();
      expect(now()).toMatchObject({ text: 'new', parts: [{ type: 'text', text: 'new' }] });
    });
  });
});
