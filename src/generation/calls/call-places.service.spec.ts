import { MemorySignals } from '../../../libs/cluster/signals/memory/signals.js';
import { eventually } from '../../../test/support/eventually.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { CALL_LEASE_LIFE_MS, CALL_RENEW_MS, type CallLeases } from '../../rate-limit/index.js';
import { MemoryLeases } from '../../rate-limit/leases/memory/leases.js';
import { CallPlaces } from './call-places.service.js';
import { HeldCalls } from './held-calls.service.js';

/** Two processes that share signals and leases. */
describe('a call’s place in the queue', () => {
  let signals: MemorySignals;
  let leases: CallLeases;
  let worker: ReturnType<typeof processOf>;
  let holder: ReturnType<typeof processOf>;
  const never = new AbortController().signal;

  function processOf() {
    const lifecycle = new Lifecycle();
    const held = new HeldCalls(signals, leases, lifecycle);
    const places = new CallPlaces(signals, leases, held, lifecycle);
    for (const part of [held, places]) part.onModuleInit();
    return { id: lifecycle.instance, held, places };
  }
  beforeEach(() => {
    signals = new MemorySignals();
    leases = new MemoryLeases();
    [worker, holder] = [processOf(), processOf()];
  });
  afterEach(async () => {
    for (const { held, places } of [worker, holder]) {
      held.onModuleDestroy();
      places.onModuleDestroy();
    }
    await leases.close();
    await signals.close();
  });

  const ref = (by = holder) => ({ id: 'a', userId: 'ada', holder: by.id });
  const hold = async (by = holder) => {
    await leases.take('ada', 'a', 1);
    const onTurn = jest.fn();
    by.held.add({ ref: ref(by), onTurn, onDrain: () => undefined });
    return onTurn;
  };

  it.each(['in this process', 'in another'])('is kept until the call is over, %s', async (where) => {
    const by = where === 'in another' ? holder : worker;
    const onTurn = await hold(by);
    let outcome: unknown;
    void worker.places.work(ref(by), never).then((ended) => (outcome = ended));
    await eventually(() => onTurn.mock.calls.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(outcome).toBeUndefined();
    by.held.remove('a');
    await eventually(() => outcome !== undefined);
    expect(outcome).toEqual({ done: true });
    await by.held.empty();
  });

  it.each(['in this process', 'in another'])(
    'is free at once where nobody holds the call any more, %s',
    async (where) => {
      await leases.take('ada', 'a', 1);
      const by = where === 'in another' ? holder : worker;
      expect(await worker.places.work(ref(by), never)).toEqual({ done: true });
    },
  );

  it('is free where the holder died and its lease is out', async () => {
    expect(await worker.places.work({ ...ref(), holder: 'dead' }, never)).toEqual({ done: true });
  });

  it('is another worker’s where this one goes, which tells the holder again; its turn has come once', async () => {
    const onTurn = await hold();
    const first = worker.places.work(ref(), never);
    await eventually(() => onTurn.mock.calls.length === 1);
    worker.places.handOn();
    expect(await first).toEqual({ done: false, putBackMs: 0 });
    const other = processOf();
    const second = other.places.work(ref(), never);
    await new Promise((resolve) => setTimeout(resolve, 20));
    holder.held.remove('a');
    expect(await second).toEqual({ done: true });
    expect(onTurn).toHaveBeenCalledTimes(1);
    other.held.onModuleDestroy();
    other.places.onModuleDestroy();
  });

  it('is given up with the queue’s worker', async () => {
    await hold();
    const controller = new AbortController();
    const work = worker.places.work(ref(), controller.signal);
    controller.abort();
    expect(await work).toEqual({ done: false, putBackMs: 0 });
  });

  describe('as time goes by', () => {
    const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    beforeEach(async () => {
      for (const { held, places } of [worker, holder]) {
        held.onModuleDestroy();
        places.onModuleDestroy();
      }
      await leases.close();
      jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
      leases = new MemoryLeases(CALL_LEASE_LIFE_MS);
      [worker, holder] = [processOf(), processOf()];
    });
    afterEach(() => jest.useRealTimers());

    it('its lease is renewed as long as the call is held, and ends by itself', async () => {
      await hold();
      for (let i = 0; i < 10; i++) {
        await jest.advanceTimersByTimeAsync(CALL_RENEW_MS);
        await settled();
      }
      expect(await leases.holds('ada', 'a')).toBe(true);
      holder.held.remove('a');
      await jest.advanceTimersByTimeAsync(CALL_LEASE_LIFE_MS);
      expect(await leases.holds('ada', 'a')).toBe(false);
    });

    it('the holder is told again where a signal was lost, and so is the worker', async () => {
      const onTurn = await hold();
      const publish = jest.spyOn(signals, 'publish').mockResolvedValueOnce(undefined);
      let outcome: unknown;
      void worker.places.work(ref(), never).then((ended) => (outcome = ended));
      await settled();
      expect(onTurn).not.toHaveBeenCalled();
      await jest.advanceTimersByTimeAsync(5000);
      await settled();
      expect(onTurn).toHaveBeenCalledTimes(1);
      publish.mockRejectedValueOnce(new Error('away'));
      holder.held.remove('a');
      await settled();
      expect(outcome).toBeUndefined();
      await jest.advanceTimersByTimeAsync(5000);
      await settled();
      await settled();
      expect(outcome).toEqual({ done: true });
    });

    it('the place of a holder that died is free when its lease is out', async () => {
      await leases.take('ada', 'a', 1);
      let outcome: unknown;
      void worker.places.work({ ...ref(), holder: 'dead' }, never).then((ended) => (outcome = ended));
      await jest.advanceTimersByTimeAsync(CALL_LEASE_LIFE_MS - 6000);
      expect(outcome).toBeUndefined();
      await jest.advanceTimersByTimeAsync(12_000);
      await settled();
      expect(outcome).toEqual({ done: true });
    });
  });
});
