import { Conversations, Messages } from '../../src/chat/store/index.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import type { Person } from '../support/person.js';
import { type Moment, MOMENTS } from './moments.testing.js';
import { type Held, Stage } from './stage.testing.js';

const TOLD_MS = 60_000;
/** What the sweep does for a deletion that was broken off: after 15 s, within 3 s. */
const SWEPT_MS = 40_000;

const moments = ['waiting', 'claimed, the model not asked', 'running', 'backing off with a text'].map(
  (name) => MOMENTS.find((moment) => moment.name === name) as Moment,
);

describe('stop and delete while Redis is away', () => {
  let stage: Stage;
  beforeEach(async () => {
    // On a busy machine all of this may take longer than the others' pause.
    stage = await Stage.start({ QUEUE_BACKOFF_MS: '30000' });
  });
  afterEach(() => stage?.stop());

  const stop = (person: Person, { ref }: Held) => person.call('POST', `/api/streams/${ref.id}/stop`);
  const remove = (person: Person, { ref }: Held) => person.call('DELETE', `/api/convos/${ref.conversationId}`);
  const calls = ({ moment, question }: Held) => {
    const made = stage.callsFor(question);
    expect(made).toHaveLength(moment.model ? 1 : 0);
    return made;
  };

  async function isStopped(held: Held): Promise<void> {
    await eventually(async () => (await stage.row(held))?.status === 'stopped');
    for (const reading of held.readings) {
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { status: 'stopped' } } });
      expect(reading.text).toBe(held.moment.text);
      await eventually(() => reading.closed);
    }
  }

  async function isGone(held: Held): Promise<void> {
    await eventually(async () => (await stage.rowsOf(held.ref.conversationId)).length === 0, SWEPT_MS);
    await eventually(() => held.readings.every(({ closed }) => closed), SWEPT_MS);
    for (const [key, livesMs] of await stage.keysOf(held.ref.conversationId, held.ref.id)) {
      expect([key, livesMs > 0 && livesMs <= TOLD_MS]).toEqual([expect.stringContaining('log'), true]);
    }
  }

  it('they are refused, or done: never forgotten', async () => {
    const people = await Promise.all(moments.map(() => stage.person()));
    const reachAll = () => Promise.all(moments.map((moment, i) => stage.reach(moment, people[i])));
    // Those that were let in before it went away, held at their first write; and those that come later.
    const [stopping, deleting, stoppedLater, deletedLater] = [
      await reachAll(),
      await reachAll(),
      await reachAll(),
      await reachAll(),
    ];
    const gates: Gate[] = [];
    const underWay = moments.flatMap((_, i) => {
      const app = i % 2 ? stage.a : stage.b;
      const person = i % 2 ? people[i] : stage.onB(people[i]);
      gates.push(Gate.at(app, Messages, 'requestStop', stopping[i].ref.conversationId));
      gates.push(Gate.at(app, Conversations, 'bury', deleting[i].ref.conversationId));
      return [stop(person, stopping[i]), remove(person, deleting[i])];
    });
    await Promise.all(gates.map(({ reached }) => reached));
    await stage.backends.redis.kill();
    gates.forEach((gate) => gate.open());

    for (const [i, person] of people.entries()) {
      const refused = await Promise.all([stop(person, stoppedLater[i]), remove(stage.onB(person), deletedLater[i])]);
      for (const response of refused) {
        expect([response.status, ((await response.json()) as any).code]).toEqual([503, 'dependency_down']);
      }
    }
    for (const response of await Promise.all(underWay)) expect([200, 204, 503]).toContain(response.status);
    // Without Redis nobody can be told; the next save tells it.
    for (const held of [...stopping, ...deleting]) {
      await eventually(() => calls(held).every(({ closed }) => closed));
      await eventually(() => stage.run(held)?.signal.aborted ?? true);
      held.open();
    }
    // Whoever wrote it ends it, a moment after the model was left.
    for (const held of stopping) {
      await eventually(async () => (await stage.row(held))?.status === 'stopped');
      expect((await stage.row(held))?.text).toBe(held.moment.text);
    }
    for (const held of deleting) expect(await stage.row(held)).toBeNull();

    await stage.backends.redis.restart();
    for (const { url } of [stage.a, stage.b]) {
      await eventually(async () => (await fetch(`${url}/health/ready`)).status === 200);
    }
    // What was refused has changed nothing, and may be asked for again.
    for (const [i, person] of people.entries()) {
      for (const held of [stoppedLater[i], deletedLater[i]]) {
        expect(await stage.row(held)).toMatchObject({ status: 'generating', stop: false });
      }
      const answers = [stop(stage.onB(person), stoppedLater[i]), remove(person, deletedLater[i])];
      for (const held of [stoppedLater[i], deletedLater[i]]) {
        await eventually(() => stage.run(held)?.signal.aborted ?? true);
        held.open();
      }
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 204]);
    }
    for (const held of [...stopping, ...stoppedLater]) await isStopped(held);
    for (const held of [...deleting, ...deletedLater]) await isGone(held);
    await stage.nothingLeft();
    for (const held of [...stopping, ...deleting, ...stoppedLater, ...deletedLater]) calls(held);
  });
});
