import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mongo } from 'mongoose';
import { Backends } from '../../support/cluster.js';
import { eventually } from '../../support/eventually.js';
import { NextBuild, REGION } from '../../support/next-build.js';
import { Nginx } from '../../support/nginx.js';
import { Person, SETUP_CODE } from '../../support/person.js';
import { build, Server } from '../../support/process.js';
import { Provider } from '../../support/provider.js';
import { freePort } from '../../support/redis.js';
import { Reading } from '../../support/reading.js';
import { expectWhole, type ReadAnswer, readAll, slowly } from '../../support/whole-answers.js';

const { version: present } = JSON.parse(readFileSync(resolve(__dirname, '../../../package.json'), 'utf8'));

/** N, the build under test, and N+1. */
type Which = 'present' | 'next';
const other = (which: Which): Which => (which === 'next' ? 'present' : 'next');

describe('two versions on one Redis and one MongoDB', () => {
  let provider: Provider;
  let backends: Backends;
  let next: NextBuild;
  let folder: string;
  let env: Record<string, string>;
  let client: mongo.MongoClient;
  const builds: NextBuild[] = [];
  let servers: Server[] = [];

  const start = async (which: Which | NextBuild, more: Record<string, string> = {}) => {
    const dist = which === 'present' ? undefined : (which === 'next' ? next : which).dist;
    const server = await Server.start({ ...env, ...more }, dist);
    servers.push(server);
    await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 200);
    return server;
  };

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'parley-versions-'));
    builds.push((next = NextBuild.make('99.0.0')));
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterAll(async () => {
    await backends?.stop();
    await provider?.stop();
    for (const one of builds) one.remove();
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

  const stored = (collection: string, id: string) => client.db().collection<any>(collection).findOne({ _id: id });

  describe.each<Which>(['present', 'next'])('%s serves, the other version writes', (which) => {
    let web: Server;
    let worker: Server;
    let onWeb: Person;
    let onWorker: Person;
    beforeEach(async () => {
      [web, worker] = await Promise.all([start(which, { ROLE: 'web' }), start(other(which), { ROLE: 'worker' })]);
      onWeb = await Person.join(web.url);
      onWorker = onWeb.at(worker.url);
    });

    it('asks, streams, resumes, stops, hands over; and each keeps what only the other knows', async () => {
      const versions = await Promise.all([web, worker].map(async ({ url }) => (await fetch(`${url}/health`)).json()));
      const numbers = which === 'present' ? [present, '99.0.0'] : ['99.0.0', present];
      expect(versions).toMatchObject(numbers.map((version) => ({ version })));

      // Asked at the one, written by the other, read at both.
      const asked = new Reading(onWeb, await onWeb.ask('Hi'));
      const first = await provider.call(0);
      first.say('one ');
      await eventually(() => asked.text === 'one ');
      const resumed = new Reading(onWorker, await onWorker.resume(asked.id, '1-0'));
      first.say('two').finish();
      for (const reading of [asked, resumed]) {
        expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: 'one two' } } });
      }
      const { conversationId } = asked.events[0].data;
      expect(await onWorker.messages(conversationId)).toEqual(await onWeb.messages(conversationId));

      // What is written is stopped from where it is not.
      const stopping = new Reading(onWeb, await onWeb.ask({ message: 'More', conversationId }));
      const second = await provider.call(1);
      second.say('half');
      await eventually(() => stopping.text === 'half');
      const stop = await onWeb.call('POST', `/api/streams/${stopping.id}/stop`);
      expect(await stop.json()).toEqual({ stopped: true });
      await eventually(() => second.closed);
      expect(await stopping.ended()).toMatchObject({ data: { message: { text: 'half', status: 'stopped' } } });

      // The update goes on: a worker of the asking version comes, the other one goes and hands over what it writes.
      const handed = new Reading(onWeb, await onWeb.ask({ message: 'And more', conversationId }));
      (await provider.call(2)).say('begun');
      await eventually(() => handed.text === 'begun');
      const successor = await start(which, { ROLE: 'worker' });
      expect(await worker.end('SIGTERM')).toBe(0);
      (await provider.call(3)).say('anew').finish();
      expect(await handed.ended()).toMatchObject({ event: 'final', data: { message: { text: 'anew' } } });
      expect(handed.events.filter(({ event }) => event === 'reset')).toMatchObject([
        { data: { reason: 'handed_over' } },
      ]);

      // Changed by this one, what the later one wrote is still there.
      const renamed = await onWeb
        .at(successor.url)
        .call('PATCH', `/api/convos/${conversationId}`, { title: 'Renamed' });
      expect(renamed.status).toBe(200);
      const author = which === 'next' ? REGION : {};
      for (const id of [asked.id, stopping.id, handed.id]) expect(await stored('messages', id)).toMatchObject(author);
      expect(await stored('conversations', conversationId)).toMatchObject({ title: 'Renamed', ...author });
      expect(await stored('users', onWeb.user.id)).toMatchObject(author);
      // Else nothing was there that only the other knows.
      expect((await stored('messages', asked.id)).region).toBe(which === 'next' ? REGION.region : undefined);
      expect(asked.events.some(({ data }) => data.region === REGION.region)).toBe(true);
    });

    it('a session of the one is renewed and ended at the other; a conversation is deleted there, with its stream', async () => {
      const reading = new Reading(onWeb, await onWeb.ask('Hi'));
      const call = await provider.call(0);
      call.say('on');
      await eventually(() => reading.text === 'on');
      const { conversationId } = reading.events[0].data;
      const refreshed = await fetch(`${worker.url}/api/auth/refresh`, {
        method: 'POST',
        headers: { cookie: onWeb.cookie },
      });
      expect(refreshed.status).toBe(200);
      expect((await onWorker.call('DELETE', `/api/convos/${conversationId}`)).status).toBe(204);
      expect(await reading.ended()).toMatchObject({ event: 'error', data: { code: 'conversation_deleted' } });
      await eventually(() => call.closed);
      expect((await onWorker.call('POST', '/api/auth/logout')).status).toBe(204);
      expect((await onWeb.call('GET', '/api/user')).status).toBe(401);
    });
  });

  it('a job that the present version does not know waits for a worker that does', async () => {
    const later = NextBuild.make('100.0.0', { newJobs: true });
    builds.push(later);
    provider.reply = (call) => call.say('done').finish();
    const [web, worker] = await Promise.all([start(later, { ROLE: 'web' }), start('present', { ROLE: 'worker' })]);
    const ada = await Person.join(web.url);
    const unknown = new Reading(ada, await ada.ask('new'));
    await eventually(() => unknown.events.length > 0);
    // Asked after it, answered before it: so the worker has been at it.
    expect((await ada.at(worker.url).askAll('old')).at(-1)).toMatchObject({ event: 'final' });
    expect([unknown.last?.event, provider.calls.length]).toEqual(['created', 1]);
    await start(later, { ROLE: 'worker' });
    expect(await unknown.ended()).toMatchObject({ event: 'final', data: { message: { text: 'done' } } });
  });

  it('all is replaced under load, and back again: no call fails, no answer is lost', async () => {
    const ports = await Promise.all(Array.from({ length: 4 }, () => freePort()));
    const up = (which: Which, n: number) => start(which, { PORT: `${ports[n]}` });
    let running = [await up('present', 0), await up('present', 1)];
    const nginx = await Nginx.start(ports.map((port) => `127.0.0.1:${port}`));
    provider.reply = (call) => slowly(call, 40);
    let isOver = false;
    const answers: ReadAnswer[] = [];
    const failures: string[] = [];
    const loop = async (work: () => Promise<unknown>) => {
      while (!isOver) await work().catch((error: unknown) => failures.push(String((error as Error).cause ?? error)));
    };
    try {
      const ada = await Person.join(nginx.url);
      const load = [
        ...Array.from({ length: 5 }, (_, i) => loop(async () => answers.push(await readAll(ada, `question ${i}`)))),
        loop(async () => {
          const response = await ada.call('GET', '/api/convos?limit=5');
          if (response.status !== 200) failures.push(`${response.status} ${await response.text()}`);
          await response.text();
        }),
      ];
      await eventually(() => answers.length > 4 || failures.length > 0);
      // One at a time, the new one first: as PM2, Swarm and Kubernetes do.
      for (const which of ['next', 'present'] as const) {
        const places = which === 'next' ? [2, 3] : [0, 1];
        const successors: Server[] = [];
        for (const [i, old] of running.entries()) {
          successors.push(await up(which, places[i]));
          expect(await old.end('SIGTERM')).toBe(0);
        }
        running = successors;
      }
      isOver = true;
      await Promise.all(load);
    } finally {
      isOver = true;
      await nginx.stop();
    }
    expect(failures).toEqual([]);
    for (const answer of answers) expectWhole(answer);
    // Else nobody was in the middle of one when an instance went.
    expect(answers.some(({ events }) => events.some(({ event }) => event === 'reset'))).toBe(true);
  });
});
