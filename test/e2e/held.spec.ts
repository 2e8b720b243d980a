import { EventLog } from '../../libs/event-log/index.js';
import { claimed, newTurn } from '../../src/chat/contract/chat.testing.js';
import { KNOWN_FORM, type MessageRef, Messages, type Turn } from '../../src/chat/store/index.js';
import { logKey } from '../../src/generation/answer/log-entries.js';
import { Sweep } from '../../src/generation/control/sweep.service.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

describe('answers that wait for a person, and those that need more than this build knows', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;
  let messages: Messages;
  /** How far this process's clock was moved, ms. All stores are in memory, and so go by it. */
  let ahead = 0;

  beforeEach(async () => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    provider = await Provider.start();
    app = await TestApp.start(provider.env);
    ada = await app.person();
    messages = app.get(Messages);
  });
  afterEach(async () => {
    await app.stop();
    await provider.stop();
    jest.restoreAllMocks();
    ahead = 0;
  });

  const asked = async (needs: number): Promise<MessageRef> => {
    const turn = newTurn(ada.user.id);
    const { answer, conversation } = await messages.appendTurn({ ...turn, answer: { ...turn.answer, needs } } as Turn);
    return { id: answer.id, conversationId: conversation.id };
  };
  const held = async (): Promise<MessageRef> => {
    const ref = await asked(KNOWN_FORM);
    const { epoch } = claimed(await messages.claim(ref, 'worker', { staleMs: 5000 }));
    await messages.letGo(ref, epoch, 'worker', {
      ...{ text: 'May I?', spent: null, attempts: 0, dueInMs: 0, heldFor: 'approval' },
    });
    return ref;
  };
  const status = async ({ conversationId, id }: MessageRef) =>
    (await ada.messages(conversationId)).find((message: { id: string }) => message.id === id).status;

  it('an answer that is held waits for days, and its log is made again from the row', async () => {
    const ref = await held();
    ahead = 3 * 86_400_000;
    await app.get(Sweep).beat();
    expect(await messages.getWriting(ref)).toMatchObject({ status: 'generating', heldFor: 'approval', epoch: 1 });
    expect(await app.get(EventLog).heads(logKey(ref))).toBeNull();
    const session = await Person.logIn(app.url, ada.user.email);
    const first = new Reading(session, await session.resume(ref.id, '1-7'));
    await eventually(() => first.events.length === 2);
    expect(first.events).toMatchObject([
      { id: '2-0', event: 'reset', data: { reason: 'log_lost' } },
      { id: '2-1', event: 'delta', data: { text: 'May I?' } },
    ]);
    expect(await messages.getWriting(ref)).toMatchObject({ heldFor: 'approval', owner: null, text: 'May I?' });
    const second = new Reading(session, await session.call('GET', `/api/streams/${ref.id}`));
    await eventually(() => second.text === 'May I?');
    expect(second.events.map(({ event }) => event)).toEqual(['created', 'reset', 'delta']);

    const stop = await session.call('POST', `/api/streams/${ref.id}/stop`);
    expect(await stop.json()).toEqual({ stopped: true });
    for (const reading of [first, second]) {
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { status: 'stopped' } } });
    }
    expect(provider.calls).toEqual([]);
  });

  it('an answer of a newer build is shown and not touched; it is stopped elsewhere, and deleted here', async () => {
    const ref = await asked(KNOWN_FORM + 1);
    ahead = 2 * 3_600_000;
    await app.get(Sweep).beat();
    const session = await Person.logIn(app.url, ada.user.email);
    ada = session;
    expect(await status(ref)).toBe('generating');
    const stop = await ada.call('POST', `/api/streams/${ref.id}/stop`);
    expect([stop.status, stop.headers.get('retry-after'), ((await stop.json()) as { code: string }).code]).toEqual([
      503,
      '5',
      'upgrading',
    ]);
    expect(await status(ref)).toBe('generating');
    expect((await ada.call('DELETE', `/api/convos/${ref.conversationId}`)).status).toBe(204);
    expect(await messages.getWriting(ref)).toBeNull();
    expect(provider.calls).toEqual([]);
  });
});
