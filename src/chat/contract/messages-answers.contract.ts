import { eventually } from '../../../test/support/eventually.js';
import type { FinishReason } from '../../../libs/models/index.js';
import { ask, claimed, newId, newTurn, nextMs, type ChatStores, finish } from './chat.testing.js';
import type { AnswerEnd, MessageError, MessageRef, Messages, Save, Writing } from '../store/index.js';

const DAY = 24 * 60 * 60 * 1000;
/** How far a store's clock may be from this one. */
const SLACK_MS = 5000;
const FAILED: MessageError = { code: 'model_unavailable', title: 'The model did not answer', retryable: true };
const USAGE = { inputTokens: 10, outputTokens: 20 };

/** Who may write an answer. Part of `messagesContract`. */
export function answersContract(open: () => Promise<ChatStores>): void {
  describe('an answer', () => {
    let stores: ChatStores;
    let messages: Messages;
    let ref: MessageRef;
    const user = newId();

    beforeEach(async () => {
      stores = await open();
      messages = stores.messages;
      ref = await ask(messages, newTurn(user));
    });
    afterEach(() => stores.close());

    const read = async (of = ref): Promise<Writing> => (await messages.getWriting(of)) as Writing;
    const claim = async (owner = 'o', staleMs = 5000) => claimed(await messages.claim(ref, owner, { staleMs }));
    const save = (change: Partial<Save> = {}) =>
      messages.save([{ ...ref, epoch: 1, owner: 'o', text: 'so far', usage: null, ...change }]);
    const letGo = (change: Partial<Parameters<Messages['letGo']>[3]> = {}, epoch = 1, owner = 'o') =>
      messages.letGo(ref, epoch, owner, { text: 'so far', spent: null, attempts: 1, dueInMs: 0, ...change });
    const activity = async () => (await stores.conversations.get(user, ref.conversationId))!.updatedAt.getTime();
    const absent = (): MessageRef => ({ conversationId: ref.conversationId, id: newId() });

    describe('claim', () => {
      it('makes somebody the one who writes', async () => {
        const before = await read();
        const from = Date.now();
        const claim = await messages.claim(ref, 'worker', { staleMs: 5000 });
        expect(claim).toMatchObject({ vanished: false });
        const writing = claimed(claim);
        expect(writing).toMatchObject({ epoch: 1, owner: 'worker', stop: false, deaths: 0, dueAt: null });
        expect(writing.touchedAt).toBeGreaterThan(before.touchedAt);
        expect(writing.untouchedMs).toBeLessThanOrEqual(Date.now() - from + SLACK_MS);
        expect(await read()).toEqual({ ...writing, untouchedMs: expect.any(Number) });
      });

      it('is busy while its owner touched it, also for the same name', async () => {
        await claim('a');
        expect(await messages.claim(ref, 'b', { staleMs: 5000 })).toEqual({ refused: 'busy' });
        expect(await messages.claim(ref, 'b', { staleMs: 30 * DAY })).toEqual({ refused: 'busy' });
        expect(await read()).toMatchObject({ epoch: 1, owner: 'a', deaths: 0 });
      });

      it('takes over from an owner who vanished, and counts the deaths', async () => {
        await claim('a');
        const second = await messages.claim(ref, 'b', { staleMs: 0 });
        expect(second).toMatchObject({ vanished: true, claimed: { epoch: 2, owner: 'b', deaths: 1 } });
        while ((await read()).untouchedMs < 20) await nextMs();
        const third = await messages.claim(ref, 'c', { staleMs: 20 });
        expect(third).toMatchObject({ vanished: true, claimed: { epoch: 3, owner: 'c', deaths: 2 } });
      });

      it('is once where the same owner claims again, which did not hear of the first time', async () => {
        const first = await claim('a');
        const again = await messages.claim(ref, 'a', { staleMs: 0 });
        expect(again).toMatchObject({ vanished: false, claimed: { epoch: 1, owner: 'a', deaths: 0 } });
        expect(claimed(again).touchedAt).toBe(first.touchedAt);
        await claim('b', 0);
        expect(await messages.claim(ref, 'a', { staleMs: 5000 })).toEqual({ refused: 'busy' });
        const seized = { epoch: 2, touchedAt: (await read()).touchedAt };
        await messages.seize(ref, seized, { status: 'stopped' });
        expect(await messages.claim(ref, 'b', { staleMs: 0 })).toEqual({ refused: 'ended' });
      });

      it('lets an owner claim its own next epoch, which is no death', async () => {
        await claim('a');
        const next = await messages.claim(ref, 'a2', { staleMs: 5000, from: 'a' });
        expect(next).toMatchObject({ vanished: false, claimed: { epoch: 2, owner: 'a2', deaths: 0 } });
        const same = await messages.claim(ref, 'a2', { staleMs: 5000, from: 'a2' });
        expect(same).toMatchObject({ vanished: false, claimed: { epoch: 3, owner: 'a2', deaths: 0 } });
        expect(await messages.claim(ref, 'a3', { staleMs: 5000, from: 'a' })).toEqual({ refused: 'busy' });
      });

      it('finds an answer that was let go free at once', async () => {
        await claim('a');
        await letGo({ dueInMs: 60_000 }, 1, 'a');
        const next = await messages.claim(ref, 'b', { staleMs: 5000 });
        expect(next).toMatchObject({ vanished: false, claimed: { epoch: 2, owner: 'b', deaths: 0, dueAt: null } });
      });

      it('brings the stop flag', async () => {
        await messages.requestStop(ref);
        expect(await claim()).toMatchObject({ stop: true });
      });

      it('is refused where the answer has ended, is not there, or is under a tombstone', async () => {
        expect(await messages.claim(absent(), 'o', { staleMs: 0 })).toEqual({ refused: 'absent' });
        const elsewhere = { conversationId: newId(), id: ref.id };
        expect(await messages.claim(elsewhere, 'o', { staleMs: 0 })).toEqual({ refused: 'absent' });
        await claim();
        await finish(messages, ref, 1, 'o', { status: 'complete', text: 'x' });
        expect(await messages.claim(ref, 'p', { staleMs: 0 })).toEqual({ refused: 'ended' });
        const other = await ask(messages, newTurn(user));
        await stores.conversations.bury(user, other.conversationId);
        expect(await messages.claim(other, 'o', { staleMs: 0 })).toEqual({ refused: 'absent' });
      });

      it('goes to one of 500 at once', async () => {
        const claims = await Promise.all(
          Array.from({ length: 500 }, (_, i) => messages.claim(ref, `worker-${i}`, { staleMs: 600_000 })),
        );
        const won = claims.filter((claim) => 'claimed' in claim);
        expect(won).toHaveLength(1);
        expect(claims.filter((claim) => 'refused' in claim && claim.refused === 'busy')).toHaveLength(499);
        expect(await read()).toMatchObject({ epoch: 1, owner: claimed(won[0]).owner });
      });
    });

    describe('finish', () => {
      it('gives back the conversation as it stands after, for as long as it is there', async () => {
        await claim();
        const ended = await messages.finish(ref, 1, 'o', { status: 'complete', text: 'Done' });
        expect(ended?.conversation).toEqual(await stores.conversations.get(user, ref.conversationId));
        expect(ended?.conversation?.updatedAt).toEqual(ended?.message.updatedAt);
      });

      it('tells who wrote the answer, where it is not who was asked', async () => {
        const before = await claim();
        const by = { endpoint: '$other', model: '$root/model' };
        const message = await finish(messages, ref, 1, 'o', { status: 'complete', text: 'x', by });
        expect(message).toMatchObject(by);
        expect(await messages.get(user, ref)).toEqual(message);
        expect(before).not.toMatchObject(by);
      });

      it('ends the answer as its owner, with text, usage and time', async () => {
        const before = await claim();
        const since = await activity();
        await nextMs();
        const message = await finish(messages, ref, 1, 'o', { status: 'complete', text: 'Done 😀', usage: USAGE });
        expect(message).toMatchObject({ status: 'complete', text: 'Done 😀', usage: USAGE, error: null });
        expect(message!.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
        expect(message!.createdAt).toEqual(before.createdAt);
        expect(await activity()).toBeGreaterThan(since);
        expect(await messages.get(user, ref)).toEqual(message);
        expect(Object.keys(message!)).not.toContain('epoch');
        expect(await messages.writingOfUser(user)).toEqual([]);
      });

      it.each([undefined, ''])('keeps the text that stands where there is none (%p)', async (text) => {
        await claim();
        await save({ usage: USAGE });
        const message = await finish(messages, ref, 1, 'o', { status: 'interrupted', text, error: FAILED });
        expect(message).toMatchObject({ status: 'interrupted', text: 'so far', usage: USAGE, error: FAILED });
        expect(await messages.get(user, ref)).toEqual(message);
      });

      it('keeps an error only with what was interrupted', async () => {
        await claim();
        const message = await finish(messages, ref, 1, 'o', { status: 'complete', text: 'x', error: FAILED });
        expect(message?.error).toBeNull();
      });

      it('keeps why the provider ended it, but not where people did', async () => {
        const endings: Array<[AnswerEnd, boolean, FinishReason | null]> = [
          [{ status: 'complete', text: 'x', finishReason: 'length' }, false, 'length'],
          [{ status: 'complete', text: 'x', finishReason: 'stop' }, true, 'stop'],
          [{ status: 'complete', text: 'x' }, false, null],
          [{ status: 'interrupted', error: FAILED }, false, null],
          [{ status: 'interrupted', error: FAILED, finishReason: 'content-filter' }, false, 'content-filter'],
          [{ status: 'interrupted', error: FAILED, finishReason: 'content-filter' }, true, null],
          [{ status: 'stopped', finishReason: 'length' }, false, null],
        ];
        for (const [end, isStopped, finishReason] of endings) {
          ref = await ask(messages, newTurn(user));
          await claim();
          await save();
          expect((await messages.get(user, ref))!.finishReason).toBeNull();
          if (isStopped) await messages.requestStop(ref);
          const message = await finish(messages, ref, 1, 'o', end);
          expect(message).toMatchObject({ finishReason });
          expect(await messages.get(user, ref)).toEqual(message);
        }
      });

      it('is refused to anybody else', async () => {
        await claim();
        const end: AnswerEnd = { status: 'complete', text: 'mine' };
        expect(await finish(messages, ref, 1, 'p', end)).toBeNull();
        expect(await finish(messages, ref, 0, 'o', end)).toBeNull();
        expect(await finish(messages, ref, 2, 'o', end)).toBeNull();
        expect(await finish(messages, absent(), 1, 'o', end)).toBeNull();
        expect(await finish(messages, { conversationId: newId(), id: ref.id }, 1, 'o', end)).toBeNull();
        await messages.claim(ref, 'p', { staleMs: 0 });
        expect(await finish(messages, ref, 1, 'o', end)).toBeNull();
        expect(await read()).toMatchObject({ status: 'generating', text: '', owner: 'p', epoch: 2 });
      });

      it('is refused after letting go, and under a tombstone', async () => {
        await claim();
        await letGo();
        expect(await finish(messages, ref, 1, 'o', { status: 'complete', text: 'x' })).toBeNull();
        await claim('p');
        await stores.conversations.bury(user, ref.conversationId);
        expect(await finish(messages, ref, 2, 'p', { status: 'complete', text: 'x' })).toBeNull();
        expect(await messages.writingOfConversation(ref.conversationId)).toMatchObject([{ status: 'generating' }]);
      });

      it('is once when it is repeated, and not another end', async () => {
        await claim();
        const end: AnswerEnd = { status: 'complete', text: 'x' };
        const first = await finish(messages, ref, 1, 'o', end);
        await nextMs();
        expect(await finish(messages, ref, 1, 'o', end)).toEqual(first);
        expect(await finish(messages, ref, 1, 'p', end)).toBeNull();
        expect(await finish(messages, ref, 1, 'o', { status: 'interrupted', error: FAILED })).toBeNull();
        expect(await messages.get(user, ref)).toEqual(first);
      });

      it('under a stop flag makes of interrupted stopped, and nothing of complete', async () => {
        await claim();
        await messages.requestStop(ref);
        const end: AnswerEnd = { status: 'interrupted', text: 'half', error: FAILED };
        const stopped = await finish(messages, ref, 1, 'o', end);
        expect(stopped).toMatchObject({ status: 'stopped', text: 'half', error: null });
        expect(await finish(messages, ref, 1, 'o', end)).toEqual(stopped);
        for (const status of ['complete', 'stopped'] as const) {
          ref = await ask(messages, newTurn(user));
          await claim();
          await messages.requestStop(ref);
          expect(await finish(messages, ref, 1, 'o', { status, text: 'x' })).toMatchObject({ status });
        }
      });
    });

    describe('seize', () => {
      it('ends what nobody has claimed', async () => {
        const since = await activity();
        await nextMs();
        expect(await messages.seize(ref, await read(), { status: 'interrupted', error: FAILED })).toBe(true);
        expect(await read()).toMatchObject({ status: 'interrupted', error: FAILED, epoch: 0, owner: null });
        expect(await activity()).toBeGreaterThan(since);
        expect(await messages.claim(ref, 'o', { staleMs: 0 })).toEqual({ refused: 'ended' });
      });

      it('takes it from an owner, who cannot write any more', async () => {
        await claim();
        await save({ usage: USAGE });
        expect(await messages.seize(ref, await read(), { status: 'interrupted' })).toBe(true);
        expect(await save({ text: 'later' })).toMatchObject([{ held: false }]);
        expect(await finish(messages, ref, 1, 'o', { status: 'interrupted' })).toBeNull();
        expect(await letGo()).toBeNull();
        expect(await read()).toMatchObject({ status: 'interrupted', text: 'so far', usage: USAGE });
      });

      it('is refused where it was touched since it was read', async () => {
        const unclaimed = await read();
        await claim();
        expect(await messages.seize(ref, unclaimed, { status: 'interrupted' })).toBe(false);
        const writing = await read();
        await save();
        expect(await messages.seize(ref, writing, { status: 'interrupted' })).toBe(false);
        const saved = await read();
        await letGo();
        expect(await messages.seize(ref, saved, { status: 'interrupted' })).toBe(false);
        expect(await read()).toMatchObject({ status: 'generating' });
        expect(await messages.seize(ref, await read(), { status: 'stopped' })).toBe(true);
      });

      it('is refused where it has ended, is not there, or is under a tombstone', async () => {
        const writing = await claim();
        await finish(messages, ref, 1, 'o', { status: 'interrupted' });
        expect(await messages.seize(ref, writing, { status: 'interrupted' })).toBe(false);
        expect(await messages.seize(ref, await read(), { status: 'interrupted' })).toBe(false);
        expect(await messages.seize(absent(), { epoch: 0, touchedAt: 0 }, { status: 'stopped' })).toBe(false);
        const other = await ask(messages, newTurn(user));
        const asRead = await read(other);
        await stores.conversations.bury(user, other.conversationId);
        expect(await messages.seize(other, asRead, { status: 'stopped' })).toBe(false);
      });

      it('is once when it is repeated, and not another end', async () => {
        const asRead = await read();
        expect(await messages.seize(ref, asRead, { status: 'interrupted', error: FAILED })).toBe(true);
        const first = await messages.get(user, ref);
        expect(await messages.seize(ref, asRead, { status: 'interrupted', error: FAILED })).toBe(true);
        expect(await messages.seize(ref, asRead, { status: 'stopped' })).toBe(false);
        expect(await messages.get(user, ref)).toEqual(first);
      });

      it('under a stop flag makes of interrupted stopped', async () => {
        const asRead = (await messages.requestStop(ref))!;
        const end: AnswerEnd = { status: 'interrupted', error: FAILED };
        expect(await messages.seize(ref, asRead, end)).toBe(true);
        expect(await messages.seize(ref, asRead, end)).toBe(true);
        expect(await messages.get(user, ref)).toMatchObject({ status: 'stopped', error: null });
      });

      it('or a claim wins, never both', async () => {
        const refs = await Promise.all(Array.from({ length: 30 }, () => ask(messages, newTurn(user))));
        const outcomes = await Promise.all(
          refs.map(async (of) => {
            const asRead = await read(of);
            return Promise.all([
              messages.claim(of, 'o', { staleMs: 5000 }),
              messages.seize(of, asRead, { status: 'stopped' }),
            ]);
          }),
        );
        for (const [claim, seized] of outcomes) expect('claimed' in claim).toBe(!seized);
      });
    });

    describe('save', () => {
      it('keeps text and usage, and touches', async () => {
        const before = await claim();
        expect(await save({ text: 'a', usage: USAGE })).toEqual([{ ...ref, held: true, stop: false }]);
        const after = await read();
        expect(after).toMatchObject({ text: 'a', usage: USAGE, epoch: 1, owner: 'o', status: 'generating' });
        expect(after.touchedAt).toBeGreaterThan(before.touchedAt);
        await save({ text: 'ab' });
        expect(await read()).toMatchObject({ text: 'ab', usage: USAGE });
        expect((await read()).touchedAt).toBeGreaterThan(after.touchedAt);
      });

      it('never keeps an empty text, and touches all the same', async () => {
        await claim();
        await save();
        const { touchedAt } = await read();
        expect(await save({ text: '' })).toMatchObject([{ held: true }]);
        expect((await read()).text).toBe('so far');
        expect((await read()).touchedAt).toBeGreaterThan(touchedAt);
      });

      it('writes only what matches, and tells so in the list’s order', async () => {
        const refs = await Promise.all(Array.from({ length: 6 }, () => ask(messages, newTurn(user))));
        for (const of of refs) claimed(await messages.claim(of, 'o', { staleMs: 5000 }));
        await messages.requestStop(refs[1]);
        await messages.claim(refs[2], 'p', { staleMs: 0 });
        await finish(messages, refs[3], 1, 'o', { status: 'complete', text: 'end' });
        await stores.conversations.bury(user, refs[4].conversationId);
        const gone = absent();
        const list = [...refs, gone].map((of) => ({ ...of, epoch: 1, owner: 'o', text: 'new', usage: null }));
        const results = await messages.save(list);
        expect(results).toEqual(
          [...refs, gone].map((of, i) => ({ ...of, held: [0, 1, 5].includes(i), stop: i === 1 })),
        );
        const texts = await Promise.all([0, 1, 2, 3, 5].map(async (i) => (await read(refs[i])).text));
        expect(texts).toEqual(['new', 'new', '', 'end', 'new']);
        expect((await messages.writingOfConversation(refs[4].conversationId))[0].text).toBe('');
        expect(await messages.find(user, gone.id)).toBeNull();
        expect(await messages.save([])).toEqual([]);
      });

      it('brings the flag also to who is not the owner any more', async () => {
        await claim();
        await messages.claim(ref, 'p', { staleMs: 0 });
        await messages.requestStop(ref);
        expect(await save()).toEqual([{ ...ref, held: false, stop: true }]);
      });

      it('keeps hundreds at once', async () => {
        const refs: MessageRef[] = [];
        while (refs.length < 300) {
          refs.push(...(await Promise.all(Array.from({ length: 30 }, () => ask(messages, newTurn(user))))));
        }
        await Promise.all(refs.map((of) => messages.claim(of, 'o', { staleMs: 600_000 })));
        const list = refs.map((of, i) => ({ ...of, epoch: 1, owner: 'o', text: `text ${i}`, usage: null }));
        const results = await messages.save(list);
        expect(results).toEqual(refs.map((of) => ({ ...of, held: true, stop: false })));
        expect((await read(refs[299])).text).toBe('text 299');
      });
    });

    describe('letGo', () => {
      it('gives the answer back, with what was spent and when it is due', async () => {
        const before = await claim();
        const now = Date.now();
        const given = await letGo({ spent: USAGE, attempts: 2, dueInMs: 60_000 });
        expect(given).toMatchObject({ owner: null, epoch: 1, text: 'so far', spent: USAGE, attempts: 2, deaths: 0 });
        expect(given).toMatchObject({ status: 'generating', usage: USAGE });
        expect(given!.dueAt! - 60_000).toBeGreaterThanOrEqual(now - SLACK_MS);
        expect(given!.dueAt! - 60_000).toBeLessThanOrEqual(Date.now() + SLACK_MS);
        expect(given!.touchedAt).toBeGreaterThan(before.touchedAt);
        expect(await read()).toEqual({ ...given, untouchedMs: expect.any(Number) });
        expect(await claim('p')).toMatchObject({ epoch: 2, spent: USAGE, attempts: 2, text: 'so far', dueAt: null });
      });

      it('is due at once, or in more than 25 days', async () => {
        await claim();
        expect((await letGo({ text: '' }))!.dueAt).toBeNull();
        await claim('p');
        const given = await letGo({ dueInMs: 30 * DAY }, 2, 'p');
        expect(given!.dueAt! - Date.now()).toBeGreaterThan(29 * DAY);
      });

      it('never keeps an empty text', async () => {
        await claim();
        await save();
        expect((await letGo({ text: '' }))?.text).toBe('so far');
      });

      it('is refused to anybody else, and where it has ended', async () => {
        await claim();
        expect(await letGo({}, 1, 'p')).toBeNull();
        expect(await letGo({}, 2, 'o')).toBeNull();
        await letGo();
        expect(await letGo()).toBeNull();
        await claim('p');
        await finish(messages, ref, 2, 'p', { status: 'complete', text: 'x' });
        expect(await letGo({}, 2, 'p')).toBeNull();
        ref = await ask(messages, newTurn(user));
        await claim();
        await stores.conversations.bury(user, ref.conversationId);
        expect(await letGo()).toBeNull();
      });

      it('under a stop flag ends as stopped', async () => {
        await claim();
        await messages.requestStop(ref);
        const since = await activity();
        await nextMs();
        const ended = await letGo({ spent: USAGE, dueInMs: 1000 });
        expect(ended).toMatchObject({ status: 'stopped', text: 'so far', usage: USAGE, dueAt: null });
        expect(await messages.get(user, ref)).toMatchObject({ status: 'stopped', text: 'so far', usage: USAGE });
        expect(await activity()).toBeGreaterThan(since);
        expect(await messages.claim(ref, 'p', { staleMs: 0 })).toEqual({ refused: 'ended' });
      });
    });

    describe('requestStop', () => {
      it('sets the flag and tells who has the answer', async () => {
        const free = await messages.requestStop(ref);
        expect(free).toMatchObject({ owner: null, stop: true, epoch: 0 });
        const { touchedAt } = await claim();
        expect(await messages.requestStop(ref)).toMatchObject({ owner: 'o', stop: true, epoch: 1, touchedAt });
        expect(await save()).toMatchObject([{ held: true, stop: true }]);
      });

      it('gives what a seize needs', async () => {
        const stopping = (await messages.requestStop(ref))!;
        expect(await messages.seize(ref, stopping, { status: 'stopped' })).toBe(true);
        expect(await messages.requestStop(ref)).toBeNull();
      });

      it('is null where it has ended, is not there, or is under a tombstone', async () => {
        expect(await messages.requestStop(absent())).toBeNull();
        await claim();
        await finish(messages, ref, 1, 'o', { status: 'complete', text: 'x' });
        expect(await messages.requestStop(ref)).toBeNull();
        const other = await ask(messages, newTurn(user));
        await stores.conversations.bury(user, other.conversationId);
        expect(await messages.requestStop(other)).toBeNull();
      });
    });

    describe('untouched', () => {
      it('are those that nobody touched for so long, the oldest first', async () => {
        const second = await ask(messages, newTurn(user));
        const buried = await ask(messages, newTurn(user));
        await stores.conversations.bury(user, buried.conversationId);
        const ids = async (forMs: number, limit = 10) => (await messages.untouched(forMs, limit)).map(({ id }) => id);
        await nextMs();
        await claim();
        expect(await ids(0)).toEqual([second.id, ref.id]);
        expect(await ids(0, 1)).toEqual([second.id]);
        expect(await ids(30 * DAY)).toEqual([]);
        while ((await read(second)).untouchedMs < 60) await nextMs();
        // Where it takes longer than that to ask, it is saved and asked once more.
        await eventually(async () => {
          await save();
          return (await ids(50)).join() === second.id;
        });
        const [writing] = await messages.untouched(50, 1);
        expect(writing.untouchedMs).toBeGreaterThanOrEqual(50);
        expect(await messages.seize(second, writing, { status: 'interrupted' })).toBe(true);
        expect(await ids(0)).toEqual([ref.id]);
      });
    });

    it('finds no turn to recover where all were accepted', async () => {
      expect(await messages.recoverTurns(0, 10)).toEqual([]);
      expect(await messages.untouched(0, 10)).toHaveLength(1);
    });

    describe('seizeForDeletion', () => {
      it('ends it under a tombstone, whoever owns it', async () => {
        await claim();
        await save();
        await stores.conversations.bury(user, ref.conversationId);
        const message = await messages.seizeForDeletion(ref);
        expect(message).toMatchObject({
          ...{ id: ref.id, status: 'interrupted', text: 'so far' },
          error: { code: 'conversation_deleted', retryable: false },
        });
        expect(await messages.seizeForDeletion(ref)).toEqual(message);
        expect(await finish(messages, ref, 1, 'o', { status: 'interrupted' })).toBeNull();
        expect(await messages.writingOfConversation(ref.conversationId)).toEqual([]);
      });

      it('leaves alone what has ended or is not there', async () => {
        await claim();
        const message = await finish(messages, ref, 1, 'o', { status: 'complete', text: 'x' });
        expect(await messages.seizeForDeletion(ref)).toBeNull();
        expect(await messages.get(user, ref)).toEqual(message);
        expect(await messages.seizeForDeletion(absent())).toBeNull();
      });
    });
  });
}
