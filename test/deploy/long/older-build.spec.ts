import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { MongoDatabase } from '../../../libs/mongo/index.js';
import { claimed, newTurn } from '../../../src/chat/contract/chat.testing.js';
import { ChatCollections } from '../../../src/chat/mongo/chat-collections.js';
import { MongoMessages } from '../../../src/chat/mongo/messages.js';
import { Backends } from '../../support/cluster.js';
import { eventually } from '../../support/eventually.js';
import { OlderBuild } from '../../support/older-build.js';
import { Person, SETUP_CODE } from '../../support/person.js';
import { build, Server } from '../../support/process.js';
import { Provider } from '../../support/provider.js';
import { Reading } from '../../support/reading.js';

jest.setTimeout(300_000);

type Which = 'older' | 'present';

describe('beside a build of 0.1', () => {
  let older: OlderBuild;
  let provider: Provider;
  let backends: Backends;
  let folder: string;
  let env: Record<string, string>;
  let client: mongo.MongoClient;
  let servers: Server[] = [];

  const start = async (which: Which, more: Record<string, string> = {}) => {
    const server = await Server.start({ ...env, ...more }, which === 'older' ? older.dist : undefined);
    servers.push(server);
    await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 200);
    return server;
  };

  beforeAll(async () => {
    build();
    older = new OlderBuild('0.1.0');
    folder = mkdtempSync(join(tmpdir(), 'parley-older-data-'));
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterAll(async () => {
    await backends?.stop();
    await provider?.stop();
    older?.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    const off = { REGISTER_MAX: '0', LOGIN_MAX: '0', MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', API_MAX: '0' };
    env = { ...backends.space(), ...provider.env, ...off, SETUP_CODE, DATA_DIR: folder, SHUTDOWN_GRACE_SECONDS: '0' };
    client = new mongo.MongoClient(env.MONGO_URI);
    provider.calls.length = 0;
    provider.reply = undefined;
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    servers = [];
    await client.close();
  });

  describe.each<[Which, Which]>([
    ['older', 'present'],
    ['present', 'older'],
  ])('%s serves, %s writes', (serving, writing) => {
    it('what was asked at the one is answered by the other, read at both, stopped and handed over', async () => {
      const web = await start(serving, { ROLE: 'web' });
      const worker = await start(writing, { ROLE: 'worker' });
      const ada = await Person.join(web.url);
      const onWorker = ada.at(worker.url);

      // Each version has queues of its own: the sweep of the writing one takes what nobody there would.
      const asked = new Reading(ada, await ada.ask('Hi'));
      const first = await provider.call(0);
      first.say('one ');
      await eventually(() => asked.text === 'one ');
      const resumed = new Reading(onWorker, await onWorker.resume(asked.id, '1-0'));
      first.say('two').finish();
      for (const reading of [asked, resumed]) {
        expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: 'one two' } } });
      }

      const { conversationId } = asked.events[0].data;
      const handed = new Reading(ada, await ada.ask({ message: 'More', conversationId }));
      (await provider.call(1)).say('begun');
      await eventually(() => handed.text === 'begun');
      await worker.end('SIGKILL');
      await start(serving, { ROLE: 'worker' });
      (await provider.call(2)).say('anew').finish();
      expect(await handed.ended()).toMatchObject({ event: 'final', data: { message: { text: 'anew' } } });
      expect(provider.calls).toHaveLength(3);
      expect(await ada.messages(conversationId)).toHaveLength(4);
    });
  });

  it.each<Which>(['older', 'present'])(
    'what a dead worker thought is not taken for the thoughts of the answer that the %s build writes after it',
    async (writing) => {
      const web = await start(writing, { ROLE: 'web' });
      const dying = await start('present', { ROLE: 'worker' });
      const ada = await Person.join(web.url);
      const asked = new Reading(ada, await ada.ask('Hi'));
      (await provider.call(0)).think('lost').say('half');
      const { conversationId } = await eventually(() => asked.events[0]?.data);
      const answer = async (server: Server) => (await ada.at(server.url).messages(conversationId)).at(-1);
      await eventually(async () => (await answer(dying)).parts.length === 2);

      await dying.end('SIGKILL');
      await start(writing, { ROLE: 'worker' });
      (await provider.call(1)).think('found').say('whole').finish();
      expect(await asked.ended()).toMatchObject({ event: 'final', data: { message: { text: 'whole' } } });
      const { text, parts } = await answer(await start('present', { ROLE: 'web' }));
      const thoughts = parts.flatMap((part: any) => (part.type === 'reasoning' ? [part.text] : []));
      // 0.1 knows no thoughts, and leaves what it finds of them in the row.
      expect([text, thoughts]).toEqual(['whole', writing === 'present' ? ['found'] : []]);
      expect(parts.at(-1)).toEqual({ type: 'text', text: 'whole' });
      expect(provider.calls).toHaveLength(2);
    },
  );

  it('it leaves alone what needs more than it knows, and does not see it written; the present build goes on with it', async () => {
    const old = await start('older');
    const ada = await Person.join(old.url);
    const database = new MongoDatabase({ uri: env.MONGO_URI });
    const messages = new MongoMessages(new ChatCollections(database, { partition: 'none' }));
    const ask = async (needs: number) => {
      const turn = newTurn(ada.user.id, { text: `form ${needs}` });
      const { answer } = await messages.appendTurn({
        ...turn,
        answer: { ...turn.answer, needs, endpoint: 'openAI', model: 'gpt-test' },
      });
      return { id: answer.id, conversationId: answer.conversationId };
    };
    try {
      const waiting = await ask(2);
      const held = await ask(2);
      const { epoch } = claimed(await messages.claim(held, 'worker', { staleMs: 5000 }));
      const state = { text: 'May I?', spent: null, attempts: 0, dueInMs: 0, heldFor: 'approval' };
      await messages.letGo(held, epoch, 'worker', state);
      const document = (ref: { id: string }) => client.db().collection<any>('messages').findOne({ _id: ref.id });
      const before = await Promise.all([document(waiting), document(held)]);

      // Nobody put it in line, as where a process died. Its sweep has gone round where this is answered.
      const plain = await ask(1);
      const first = await provider.call(0);
      expect(first.body.messages.at(-1).content).toBe('form 1');
      first.say('carried').finish();
      const text = async (ref: typeof plain) =>
        (await ada.messages(ref.conversationId)).find(({ id }: { id: string }) => id === ref.id).text;
      await eventually(async () => (await text(plain)) === 'carried');
      // Once more, to be sure: the others were untouched for longer.
      const again = await ask(1);
      (await provider.call(1)).say('carried').finish();
      await eventually(async () => (await text(again)) === 'carried');
      expect(await Promise.all([document(waiting), document(held)])).toEqual(before);

      const present = await start('present');
      const third = await provider.call(2);
      expect(third.body.messages.at(-1).content).toBe('form 2');
      third.say('by who knows').finish();
      await eventually(async () => (await text(waiting)) === 'by who knows');
      expect(await document(held)).toEqual(before[1]);
      const stop = await ada.at(present.url).call('POST', `/api/streams/${held.id}/stop`);
      expect(await stop.json()).toEqual({ stopped: true });
      // Deleted at the older one like everything else.
      expect((await ada.call('DELETE', `/api/convos/${held.conversationId}`)).status).toBe(204);
      expect(provider.calls).toHaveLength(3);
    } finally {
      await database.close();
    }
  });
});
