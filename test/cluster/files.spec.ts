import { setTimeout as sleep } from 'node:timers/promises';
import { Reservations } from '../../src/files/store/index.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { hasControl } from '../support/mongo/engine.js';
import { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { png, readInstead, readSimply, upload } from '../support/uploads.js';

const SIZE = 10_000;
/** Each with a content of its own. */
const content = (n: number) => `${n} `.padEnd(SIZE, '.');

/** The same again until it is taken or refused for good: soon where only its turn has not come. Gives back the last answer. */
async function uploadPatiently(at: (tries: number) => Person, bytes: Buffer | string, name: string): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const response = await upload(at(tries), bytes, name);
    if (response.status !== 429 && response.status !== 503) return response;
    await response.body?.cancel();
    await sleep(
      response.status === 429 ? 200 + Math.random() * 600 : Number(response.headers.get('retry-after')) * 1000,
    );
  }
}

describe('files at several instances', () => {
  let backends: Backends;
  let cluster: TestCluster;
  const limits = { REGISTER_MAX: '0', LOGIN_MAX: '0', API_MAX: '0', FILE_USER_MAX: '0', MESSAGE_USER_MAX: '0' };

  const start = async (instances: number, env: Record<string, string> = {}) => {
    backends = await Backends.start();
    cluster = new TestCluster(backends, { ...limits, ...env });
    await Promise.all(Array.from({ length: instances }, () => cluster.add()));
    for (const app of cluster.apps) readInstead(app, readSimply);
    return cluster.apps[0].person();
  };
  afterEach(async () => {
    await cluster?.stop();
    await backends?.stop();
    jest.restoreAllMocks();
  });
  const on = (person: Person, n: number) => person.at(cluster.apps[n % cluster.apps.length].url);
  const list = async (person: Person): Promise<any[]> => (await person.get('/api/files?limit=100')).items;

  it('fifty uploads of one person at once, at four of them, keep to the quota exactly', async () => {
    const fitting = 20;
    const ada = await start(4, { FILES_USER_QUOTA: `${fitting * SIZE + SIZE / 2}` });
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, n) => uploadPatiently((tries) => on(ada, n + tries), content(n), `${n}.txt`)),
    );
    const refused = responses.filter(({ status }) => status !== 201);
    for (const response of refused) {
      expect([response.status, ((await response.json()) as any).code]).toEqual([403, 'quota_exceeded']);
    }
    expect(responses.length - refused.length).toBeLessThanOrEqual(fitting);
    // Where a busy store failed one it may be there, though nobody was told; or its room is free once its reservation ends.
    for (let n = 50; (await list(ada)).length < fitting; n++) {
      const { status } = await uploadPatiently((tries) => on(ada, n + tries), content(n), `${n}.txt`);
      if (status !== 201) await sleep(1000);
    }
    expect((await uploadPatiently(() => ada, content(99), 'more.txt')).status).toBe(403);
    expect(await list(ada)).toHaveLength(fitting);
    expect(await cluster.apps[3].get(Reservations).usedBytes(ada.user.id)).toBe(fitting * SIZE);
  });

  it('an emptied Redis takes none, and no question that waits for one', async () => {
    const provider = await Provider.start();
    try {
      const ada = await start(2, { ...provider.env, OPENAI_MODELS: 'gpt-4o' });
      let goOn!: () => void;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      for (const app of cluster.apps) {
        readInstead(app, async (bytes, file) => {
          await held;
          return readSimply(bytes, file);
        });
      }
      const uploads = [0, 1, 2].map((n) => uploadPatiently((tries) => on(ada, n + tries), png(`${n}`), `${n}.png`));
      await eventually(async () => (await list(ada)).length === 3);
      await backends.redis.kill();
      await backends.redis.restart();
      goOn();
      for (const response of await Promise.all(uploads)) expect(response.status).toBe(201);
      // Sessions were in it.
      const again = await Person.logIn(ada.url, ada.user.email);
      await eventually(async () => (await list(again)).every(({ state }) => state === 'ready'));
      const [{ id }, ...others] = await list(again);
      expect(others).toHaveLength(2);

      provider.reply = (call) => call.say('seen').finish();
      const ask = async () => {
        const response = await on(again, 1).ask({ message: 'What is this?', files: [id] });
        return response.status === 503 ? null : response;
      };
      const response = await eventually(ask);
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('event: final')]);
    } finally {
      await provider.stop();
    }
  });

  const withControl = hasControl() ? it : it.skip;
  withControl(
    'a primary that is killed while they come loses none that was acknowledged, and keeps none half',
    async () => {
      const ada = await start(2);
      const control = backends.mongo.control!;
      const acknowledged: Array<{ id: string; n: number }> = [];
      let enough = false;
      const giver = async (first: number) => {
        for (let n = first; !enough; n += 4) {
          const response = await uploadPatiently((tries) => on(ada, n + tries), content(n), `${n}.txt`);
          expect(response.status).toBe(201);
          acknowledged.push({ id: ((await response.json()) as any).file.id, n });
        }
      };
      const giving = [0, 1, 2, 3].map(giver);
      await eventually(() => acknowledged.length >= 4);
      await control.killPrimary();
      const before = acknowledged.length;
      await eventually(() => acknowledged.length >= before + 8);
      enough = true;
      await Promise.all(giving);

      for (const { id, n } of acknowledged) {
        const response = await on(ada, n).call('GET', `/api/files/${id}/content`);
        expect([response.status, await response.text()]).toEqual([200, content(n)]);
      }
      // One whose acknowledgement was lost may be there besides, and counts.
      const files = await list(ada);
      expect(files.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged.slice(-50).map(({ id }) => id)));
      expect(await cluster.apps[0].get(Reservations).usedBytes(ada.user.id)).toBe(files.length * SIZE);
    },
  );
});
