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

  it('does not know events of a later server', () => {
    const { take } = listen();
    expect(take('something', { new: true })).toBe(false);
  });
});
