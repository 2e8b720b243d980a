import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

const QUESTIONS = 200;

describe('two instances that write one answer each', () => {
  let provider: Provider;
  let backends: Backends;
  let cluster: TestCluster;

  beforeEach(async () => {
    provider = await Provider.start();
    backends = await Backends.start();
    const unlimited = { MESSAGE_USER_MAX: '0', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', REGISTER_MAX: '0' };
    cluster = new TestCluster(backends, { ...provider.env, ...unlimited, QUEUE_CONCURRENCY: '1', TITLES: 'words' });
    await Promise.all([cluster.add(), cluster.add()]);
  });
  afterEach(async () => {
    await cluster?.stop();
    await backends?.stop();
    await provider?.stop();
  });

  it('let somebody’s one question be among the next three, though another has 200 in line', async () => {
    const [a, b] = cluster.apps;
    const ask = async (person: Person, text: string) => new Reading(person, await person.askUntilTaken(text));
    const adaOnA = await a.person('Ada');
    const adaOnB = adaOnA.at(b.url);
    const asked = Array.from({ length: QUESTIONS }, (_, i) => ask(i % 2 ? adaOnA : adaOnB, `ada ${i}`));
    const all = await Promise.all(asked);
    // One slot each: two are being written, and whoever's call ends makes room for the next.
    let seen = 0;
    const running: Call[] = [];
    const next = async () => {
      running.push(await provider.call(seen++));
      return running.at(-1)!.body.messages[0].content as string;
    };
    await next();
    await next();
    expect(
      (await adaOnA.get('/api/streams?limit=100')).items.filter(({ state }: any) => state === 'running'),
    ).toHaveLength(2);

    for (let i = 0; i < 6; i++) {
      const app = cluster.apps[i % 2];
      const newcomer = await app.person(`newcomer ${i}`);
      all.push(await ask(newcomer, `newcomer ${i}`));
      // Places are told as of a moment ago.
      await eventually(async () => {
        const [{ state, position }] = (await newcomer.get('/api/streams')).items;
        return state === 'waiting' && position <= 3;
      });
      const begun: string[] = [];
      while (begun.length < 3) {
        running.shift()!.say('ok').finish();
        begun.push(await next());
      }
      // At most two of the 200 before it.
      expect(begun).toContain(`newcomer ${i}`);
    }

    provider.reply = (call) => call.say('ok').finish();
    running.forEach((call) => call.say('ok').finish());
    provider.calls.slice(seen).forEach((call) => call.say('ok').finish());
    await eventually(() => all.every(({ closed }) => closed));
    for (const reading of all) expect([reading.last?.event, reading.text]).toEqual(['final', 'ok']);
    expect(provider.calls).toHaveLength(all.length);
  });
});
