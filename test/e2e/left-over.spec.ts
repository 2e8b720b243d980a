import { dependencyDown } from '../../libs/errors/index.js';
import { EventLog } from '../../libs/event-log/index.js';
import { Signals } from '../../libs/cluster/index.js';
import { Leases } from '../../src/rate-limit/index.js';
import { Queue } from '../../src/queue/index.js';
import { Conversations, Messages } from '../../src/chat/store/index.js';
import { Sweep } from '../../src/generation/control/sweep.service.js';
import { IdempotencyKeys } from '../../src/generation/keys/idempotency-keys.js';
import { newId } from '../../libs/ids/index.js';
import { logKey } from '../../src/generation/answer/log-entries.js';
import { Heartbeat } from '../../src/generation/stream/heartbeat.service.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { eventsOf, type ServerEvent, textOf } from '../support/sse.js';

/** The rows of "What is left over" and the rules of docs/architecture/who-may-write.md, within one process. */
describe('what is left over', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;
  /** How far this process's clock was moved, ms. All stores are in memory, and so go by it. */
  let ahead = 0;

  beforeAll(async () => {
    provider = await Provider.start();
  });
  afterAll(() => provider.stop());
  beforeEach(async () => {
    ahead = 0;
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    const elapsed = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => elapsed() + ahead);
    app = await TestApp.start({ ...provider.env, QUEUE_BACKOFF_MS: '60000' });
    ada = await app.person();
  });
  afterEach(async () => {
    await app.stop();
    jest.restoreAllMocks();
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  /** Asks, and reads along; `ref` once `created` came. */
  async function ask(text = 'Hi') {
    const stream = eventsOf(await ada.ask(text));
    const first = (await stream.next()).value as ServerEvent;
    const { messageId: id, conversationId } = first.data;
    const events = [first];
    const ended = (async () => {
      for await (const event of stream) events.push(event);
      return events;
    })();
    // Some answers are still at work when their server stops.
    ended.catch(() => undefined);
    const ref = { id, conversationId };
    return { ref, key: logKey(ref), events, ended };
  }
  const sweepAfter = (ms: number) => {
    ahead += ms;
    return app.get(Sweep).beat();
  };
  const names = (events: ServerEvent[]) => events.map(({ event }) => event).filter((name) => name !== 'queued');
  const text = async (events: ServerEvent[], wanted: string) => eventually(() => textOf(events) === wanted);
  const places = () => app.get(Leases).count(ada.user.id);

  describe('a question that waits in the store and not in the queue', () => {
    it('is put in line by the sweep: its process died before it did', async () => {
      jest.spyOn(app.get(Queue), 'add').mockResolvedValueOnce();
      const { ended } = await ask();
      await sweepAfter(5000);
      expect(provider.calls).toHaveLength(0);
      await sweepAfter(12_000);
      (await provider.call(0)).say('after all').finish();
      expect(textOf(await ended)).toBe('after all');
      expect(await places()).toBe(0);
    });

    it('is put in line again where it was let go between two attempts', async () => {
      const { ref, events, ended } = await ask();
      (await provider.call(0)).say('first').breakOff();
      await eventually(async () => (await app.get(Queue).state(ref.id)) === 'delayed');
      await app.get(Queue).remove(ref.id);
      expect(await app.get(Queue).state(ref.id)).toBe('absent');
      await sweepAfter(13_000);
      (await provider.call(1)).say('second').finish();
      await ended;
      expect(names(events)).toEqual(['created', 'delta', 'retry', 'reset', 'delta', 'final']);
      expect(textOf(events)).toBe('second');
    });

    it('is given up when it is older than an hour', async () => {
      jest.spyOn(app.get(Queue), 'add').mockResolvedValueOnce();
      const { ended } = await ask();
      await sweepAfter(3_700_000);
      expect((await ended).at(-1)).toMatchObject({ event: 'error', data: { code: 'interrupted', retryable: true } });
      expect(provider.calls).toHaveLength(0);
      expect(await places()).toBe(0);
    });
  });

  describe('an answer whose worker died', () => {
    /** Takes the place of a worker that claimed and then fell silent. */
    async function claimedByTheDead(times: number) {
      jest.spyOn(app.get(Queue), 'add').mockResolvedValueOnce();
      const asked = await ask();
      for (let i = 0; i < times; i++) {
        const claim = await app.get(Messages).claim(asked.ref, `dead-${i}`, { staleMs: 0 });
        expect(claim).toHaveProperty('claimed');
      }
      return asked;
    }
    const handOver = (id: string, conversationId: string) =>
      app.get(Queue).add({ id, data: { v: 1, messageId: id, conversationId }, tenant: ada.user.id, lane: '*' });

    it('is written anew by another one, in the next epoch', async () => {
      const { ref, events, ended } = await claimedByTheDead(1);
      ahead += 6000;
      await handOver(ref.id, ref.conversationId);
      (await provider.call(0)).say('anew').finish();
      await ended;
      expect(names(events)).toEqual(['created', 'reset', 'delta', 'final']);
      expect(events[1]).toMatchObject({ id: '2-0', data: { reason: 'worker_lost', attempt: 1 } });
    });

    it('is left alone as long as its owner was heard of', async () => {
      const { ref } = await claimedByTheDead(1);
      await handOver(ref.id, ref.conversationId);
      await eventually(async () => (await app.get(Queue).state(ref.id)) === 'delayed');
      expect(provider.calls).toHaveLength(0);
    });

    it('is given up after three deaths: not retryable', async () => {
      const { ref, ended } = await claimedByTheDead(3);
      ahead += 6000;
      await handOver(ref.id, ref.conversationId);
      expect((await ended).at(-1)).toMatchObject({ event: 'error', data: { code: 'internal', retryable: false } });
      expect(provider.calls).toHaveLength(0);
    });

    it('is ended by the sweep where no queue knows of it any more', async () => {
      const { ended } = await claimedByTheDead(1);
      await sweepAfter(13_000);
      expect((await ended).at(-1)).toMatchObject({ event: 'error', data: { code: 'interrupted' } });
      expect(await places()).toBe(0);
    });

    it('is not ended by a sweep that the queue does not answer', async () => {
      const { ref } = await claimedByTheDead(1);
      jest.spyOn(app.get(Queue), 'state').mockRejectedValue(dependencyDown('queue'));
      await sweepAfter(13_000);
      expect((await app.get(Messages).getWriting(ref))!.status).toBe('generating');
    });
  });

  describe('an owner', () => {
    it('that lost its answer stops, and touches nothing: not the log, not the place', async () => {
      const { ref, key, events } = await ask();
      const call = await provider.call(0);
      call.say('mine');
      await text(events, 'mine');
      await app.get(Messages).claim(ref, 'another', { staleMs: 0 });
      await eventually(() => call.closed);
      await eventually(async () => (await app.get(Queue).state(ref.id)) === 'absent');
      expect((await app.get(EventLog).read(key, undefined, 100))!.last.epoch).toBe(1);
      expect(names(events)).toEqual(['created', 'delta']);
      expect(await places()).toBe(1);
    });

    it('whose store is away repeats its end until it stands, and ends once', async () => {
      const finish = jest.spyOn(app.get(Messages), 'finish');
      finish.mockRejectedValueOnce(dependencyDown('store'));
      const { events, ended } = await ask();
      (await provider.call(0)).say('whole').finish();
      await ended;
      expect(finish.mock.calls.length).toBe(2);
      expect(names(events)).toEqual(['created', 'delta', 'final']);
    });

    it('whose end was stored although the answer was lost finds that it holds', async () => {
      const messages = app.get(Messages);
      const finish = messages.finish.bind(messages);
      jest.spyOn(messages, 'finish').mockImplementationOnce(async (...args) => {
        await finish(...args);
        throw dependencyDown('store');
      });
      const { events, ended } = await ask();
      (await provider.call(0)).say('whole').finish();
      await ended;
      expect(names(events)).toEqual(['created', 'delta', 'final']);
      expect(events.at(-1)!.data.message).toMatchObject({ status: 'complete', text: 'whole' });
    });

    it('learns of a stop with its next save where the signal was lost', async () => {
      const { ref, events, ended } = await ask();
      const call = await provider.call(0);
      call.say('half');
      await text(events, 'half');
      jest.spyOn(app.get(Signals), 'publish').mockRejectedValue(dependencyDown('signals'));
      const response = await ada.call('POST', `/api/streams/${ref.id}/stop`);
      expect(await response.json()).toEqual({ stopped: true });
      expect((await ended).at(-1)).toMatchObject({ event: 'final', data: { message: { status: 'stopped' } } });
      await eventually(() => call.closed);
    });
  });

  describe('a log that was lost', () => {
    it('of a running answer is made anew with the text so far, and the model is not asked again', async () => {
      const { key, events, ended } = await ask();
      const call = await provider.call(0);
      call.say('so far');
      await text(events, 'so far');
      await app.get(EventLog).delete(key);
      await eventually(() => events.some(({ event }) => event === 'reset'));
      await text(events, 'so far');
      call.say(' and on').finish();
      await ended;
      expect(events.find(({ event }) => event === 'reset')).toMatchObject({ id: '2-0', data: { reason: 'log_lost' } });
      expect(textOf(events)).toBe('so far and on');
      expect(provider.calls).toHaveLength(1);
    });

    it('of a waiting one is made anew by the worker that takes it', async () => {
      const add = jest.spyOn(app.get(Queue), 'add').mockResolvedValueOnce();
      const { key, ended } = await ask();
      await app.get(EventLog).delete(key);
      await app.get(Queue).add(add.mock.calls[0][0]);
      (await provider.call(0)).say('text').finish();
      const events = await ended;
      expect(textOf(events)).toBe('text');
      expect(events.at(-1)!.event).toBe('final');
    });

    it('of an answer that has ended: its readers are answered from the message', async () => {
      const { ref, key, events, ended } = await ask();
      const call = await provider.call(0);
      call.say('text');
      await text(events, 'text');
      const messages = app.get(Messages);
      const { epoch, owner } = (await messages.getWriting(ref))!;
      await app.get(EventLog).delete(key);
      await messages.finish(ref, epoch, owner!, { status: 'complete', text: 'text' });
      await beats();
      expect((await ended).at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'text' } } });
    });
  });

  /** A whole round of the pulse, long after the last word. */
  async function beats() {
    ahead += 20_000;
    const heartbeat = app.get(Heartbeat) as unknown as { beat(): Promise<void> };
    for (let i = 0; i < 16; i++) await heartbeat.beat();
  }

  it('an end that stands in the store but not in the log is brought to the readers by the pulse', async () => {
    const log = app.get(EventLog);
    const append = log.append.bind(log);
    const spy = jest.spyOn(log, 'append');
    spy.mockImplementation(async (key, entries, end) => (end ? 'written' : append(key, entries)));
    const { ref, events, ended } = await ask();
    (await provider.call(0)).say('text').finish();
    await eventually(async () => (await app.get(Messages).getWriting(ref))!.status === 'complete');
    spy.mockRestore();
    expect(names(events)).not.toContain('final');
    await beats();
    await ended;
    expect(names(events)).toEqual(['created', 'delta', 'final']);
    expect(events.at(-1)!.data.message).toMatchObject({ status: 'complete', text: 'text' });
  });

  it('a deletion that was not finished is finished by the sweep', async () => {
    const { ref, events, ended } = await ask();
    const call = await provider.call(0);
    call.say('half');
    await text(events, 'half');
    const conversations = app.get(Conversations);
    await conversations.bury(ada.user.id, ref.conversationId);
    await sweepAfter(21_000);
    expect((await ended).at(-1)).toMatchObject({ event: 'error', data: { code: 'conversation_deleted' } });
    await eventually(() => call.closed);
    expect(await conversations.unfinishedBurials(0, 10)).toEqual([]);
    expect(await app.get(Messages).getWriting(ref)).toBeNull();
    await eventually(async () => (await places()) === 0);
  });

  it('places and keys without a question are freed; those of one at work are kept', async () => {
    const over = await ask();
    (await provider.call(0)).say('over').finish();
    await over.ended;
    const { ref } = await ask();
    await provider.call(1);
    const keys = app.get(IdempotencyKeys);
    const gone = { conversationId: newId(), userMessageId: newId(), messageId: newId() };
    await app.get(Leases).take(ada.user.id, logKey({ conversationId: gone.conversationId, id: gone.messageId }), 10);
    await keys.claim(ada.user.id, 'left', 'x', gone);
    const idsOf = ({ conversationId, id }: typeof ref) => ({ ...gone, conversationId, messageId: id });
    await keys.claim(ada.user.id, 'at work', 'x', idsOf(ref));
    await keys.claim(ada.user.id, 'over', 'x', idsOf(over.ref));
    expect(await places()).toBe(2);
    await sweepAfter(21_000);
    expect(await places()).toBe(1);
    expect(await keys.get(ada.user.id, 'left')).toBeNull();
    expect(await keys.get(ada.user.id, 'at work')).toMatchObject({ accepted: true });
    expect(await keys.get(ada.user.id, 'over')).toMatchObject({ accepted: true });
  });

  it('a key that a repeat takes over while the sweep is at it stays the repeat’s', async () => {
    const keys = app.get(IdempotencyKeys);
    const ids = { conversationId: newId(), userMessageId: newId(), messageId: newId() };
    await keys.claim(ada.user.id, 'repeated', 'x', ids);
    const messages = app.get(Messages);
    const getWriting = messages.getWriting.bind(messages);
    // Listed already, and not freed yet.
    jest.spyOn(messages, 'getWriting').mockImplementation(async (ref) => {
      if (ref.id === ids.messageId) expect(await keys.takeOver(ada.user.id, 'repeated', 10_000)).toBe(true);
      return getWriting(ref);
    });
    await sweepAfter(21_000);
    expect(await keys.get(ada.user.id, 'repeated')).toMatchObject({ ids, accepted: false });
  });
});
