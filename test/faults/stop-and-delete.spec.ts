import { setTimeout as sleep } from 'node:timers/promises';
import { EventLog } from '../../libs/event-log/index.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { PASSWORD, type Person } from '../support/person.js';
import { allEvents } from '../support/sse.js';
import { BACKOFF_MS, MOMENTS } from './moments.testing.js';
import { type Held, Stage } from './stage.testing.js';

/** How long the log of a deleted answer may still tell its readers that it is gone. */
const TOLD_MS = 60_000;

describe('stop and delete at every moment of an answer', () => {
  let stage: Stage;
  const all: Held[] = [];
  const deleted: Held[] = [];
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage?.stop());

  async function reach(moment: (typeof MOMENTS)[number], person: Person): Promise<Held> {
    const held = await stage.reach(moment, person);
    all.push(held);
    return held;
  }

  /** Never more than it had been asked when it was stopped, and not listened to any more. */
  async function modelLeftAlone({ moment, question }: Held): Promise<void> {
    const calls = stage.callsFor(question);
    expect(calls).toHaveLength(moment.model ? 1 : 0);
    await eventually(() => calls.every(({ closed }) => closed));
  }

  async function gone(held: Held): Promise<void> {
    deleted.push(held);
    await eventually(() => held.readings.every(({ closed }) => closed));
    await modelLeftAlone(held);
    expect(await stage.rowsOf(held.ref.conversationId)).toEqual([]);
    for (const [key, livesMs] of await stage.keysOf(held.ref.conversationId, held.ref.id)) {
      expect([key, livesMs > 0 && livesMs <= TOLD_MS]).toEqual([expect.stringContaining('log'), true]);
    }
  }

  async function stops(held: Held, person: Person): Promise<void> {
    const { moment, ref, readings } = held;
    let answered = false;
    const answer = person.call('POST', `/api/streams/${ref.id}/stop`).finally(() => (answered = true));
    // Whoever writes it may have to go on before the stop can be answered.
    await eventually(() => answered || stage.run(held)?.signal.aborted);
    held.open();
    const status = moment.tooLate ? 'complete' : 'stopped';
    const response = await answer;
    expect([response.status, await response.json()]).toEqual([200, { stopped: status === 'stopped' }]);
    for (const reading of readings) {
      const { event, data } = await reading.ended();
      expect([event, data.message.status, data.message.text]).toEqual(['final', status, reading.text]);
      if (moment.text !== undefined) expect(reading.text).toBe(moment.text);
      await eventually(() => reading.closed);
    }
    expect((await person.messages(ref.conversationId)).at(-1)).toMatchObject({
      id: ref.id,
      status,
      text: readings[0].text,
    });
    await modelLeftAlone(held);
  }

  async function deletes(held: Held, person: Person): Promise<void> {
    const { ref, readings, moment } = held;
    expect((await person.call('DELETE', `/api/convos/${ref.conversationId}`)).status).toBe(204);
    await eventually(() => stage.run(held)?.signal.aborted ?? true);
    held.open();
    for (const reading of readings) {
      const last = await reading.ended();
      if (last.event !== 'final' || !moment.tooLate) expect(last.data.code).toBe('conversation_deleted');
    }
    expect((await person.call('GET', `/api/convos/${ref.conversationId}`)).status).toBe(404);
    expect((await person.call('GET', `/api/streams/${ref.id}`)).status).toBe(404);
    await gone(held);
  }

  async function deletesAccount(held: Held, person: Person): Promise<void> {
    expect((await person.call('DELETE', '/api/user', { password: PASSWORD })).status).toBe(204);
    await eventually(() => stage.run(held)?.signal.aborted ?? true);
    held.open();
    await gone(held);
  }

  it.each(MOMENTS)('$name', async (moment) => {
    const [ada, bob] = await Promise.all([stage.person(), stage.person()]);
    const cases = [
      async () => stops(await reach(moment, ada), ada),
      async () => stops(await reach(moment, ada), stage.onB(ada)),
      async () => deletes(await reach(moment, ada), ada),
      async () => deletes(await reach(moment, ada), stage.onB(ada)),
      async () => deletesAccount(await reach(moment, bob), stage.onB(bob)),
    ];
    await Promise.all(cases.map((one) => one()));
  });

  it('deleted while it is being accepted', async () => {
    const ada = await stage.person();
    const first = ada.askAll('accepted before');
    (await stage.callFor('accepted before')).say('yes').finish();
    const { conversationId } = (await first)[0].data;
    const gate = Gate.at(stage.a, EventLog, 'open', conversationId);
    const asking = ada.ask({ message: 'never asked', conversationId });
    await gate.reached;
    expect((await stage.onB(ada).call('DELETE', `/api/convos/${conversationId}`)).status).toBe(204);
    gate.open();
    // It may have begun to answer, and then ends; nobody waits.
    const response = await asking;
    if (response.status === 200) await allEvents(response);
    expect(await stage.rowsOf(conversationId)).toEqual([]);
    await eventually(async () => (await stage.keysOf(conversationId)).every(([, livesMs]) => livesMs <= TOLD_MS));
    expect(stage.callsFor('never asked')).toEqual([]);
  });

  it('afterwards nothing is left, and no model is asked after all', async () => {
    expect([all.length, deleted.length]).toEqual([MOMENTS.length * 5, MOMENTS.length * 3]);
    await stage.nothingLeft();
    await sleep(BACKOFF_MS);
    for (const held of all) await modelLeftAlone(held);
    for (const { ref } of deleted) expect(await stage.rowsOf(ref.conversationId)).toEqual([]);
  });
});
