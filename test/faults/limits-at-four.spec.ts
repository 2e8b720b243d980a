import { randomUUID } from 'node:crypto';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';
import { allEvents } from '../support/sse.js';

const LIMITS = { message: 200, api: 200, login: 40, concurrent: 30 };

/** Half as many again as are let in. */
const tries = (limit: number) => Array.from({ length: limit * 1.5 }, (_, i) => i);

describe('limits', () => {
  let provider: Provider;
  let backends: Backends;
  let cluster: TestCluster | undefined;

  beforeAll(async () => {
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterEach(() => cluster?.stop());
  afterAll(async () => {
    await backends?.stop();
    await provider?.stop();
  });

  /** How many of each kind so many instances let in, when every call goes to the next of them. */
  async function admitted(instances: number): Promise<typeof LIMITS> {
    cluster = new TestCluster(backends, {
      ...provider.env,
      ...{
        MESSAGE_USER_MAX: `${LIMITS.message}`,
        MESSAGE_USER_WINDOW: '60',
        API_MAX: `${LIMITS.api}`,
        API_WINDOW: '60',
      },
      ...{ LOGIN_MAX: `${LIMITS.login}`, LOGIN_WINDOW: '60', REGISTER_MAX: '0', TITLES: 'words' },
      CONCURRENT_MESSAGE_MAX: `${LIMITS.concurrent}`,
    });
    const apps = await Promise.all(Array.from({ length: instances }, () => cluster!.add()));
    const url = (i: number) => apps[i % apps.length].url;
    const held: Call[] = [];
    provider.reply = (call) => (call.body.messages[0].content === 'held' ? held.push(call) : call.finish());

    const [ada, bob, cy] = await Promise.all([apps[0].person(), apps[0].person(), apps[0].person()]);
    const on = (person: Person, i: number) => person.at(url(i));
    /** Whether it was let in; else it was for this reason. */
    const isIn = async (response: Response, code: string, good = 200) => {
      if (response.status === good) return true;
      expect([response.status, ((await response.json()) as any).code]).toEqual([429, code]);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      return false;
    };
    const count = (answers: boolean[]) => answers.filter(Boolean).length;

    /** Few at once, to stay within the places. */
    const message = async () => {
      const answers: boolean[] = [];
      const asker = async (i: number): Promise<void> => {
        for (; i < tries(LIMITS.message).length; i += 10) {
          const response = await on(ada, i).ask(`${i}`);
          answers.push(await isIn(response.clone(), 'rate_limited'));
          if (response.status === 200) await allEvents(response);
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, i) => asker(i)));
      return count(answers);
    };
    const api = async () => {
      const calls = tries(LIMITS.api).map((i) => on(cy, i).call('GET', '/api/convos'));
      return count(await Promise.all((await Promise.all(calls)).map((one) => isIn(one, 'rate_limited'))));
    };
    const login = async () => {
      const headers = { 'content-type': 'application/json' };
      const body = () => JSON.stringify({ email: `${randomUUID()}@example.org`, password: 'not the right one' });
      const calls = tries(LIMITS.login).map((i) =>
        fetch(`${url(i)}/api/auth/login`, { method: 'POST', headers, body: body() }),
      );
      return count(await Promise.all((await Promise.all(calls)).map((one) => isIn(one, 'rate_limited', 401))));
    };
    const concurrent = async () => {
      const responses = await Promise.all(tries(LIMITS.concurrent).map((i) => on(bob, i).ask('held')));
      const isOpen = await Promise.all(
        responses.map((one) => (one.status === 200 ? true : isIn(one, 'too_many_concurrent'))),
      );
      await eventually(() => held.length >= count(isOpen));
      held.forEach((call) => call.finish());
      await Promise.all(responses.map((one, i) => (isOpen[i] ? allEvents(one) : undefined)));
      return count(isOpen);
    };
    const [messages, apis, logins, held_] = await Promise.all([message(), api(), login(), concurrent()]);
    return { message: messages, api: apis, login: logins, concurrent: held_ };
  }

  it('let as many in at four instances as at one, within 1 %', async () => {
    const atOne = await admitted(1);
    await cluster?.stop();
    const atFour = await admitted(4);
    expect(atOne).toEqual(LIMITS);
    for (const key of Object.keys(LIMITS) as Array<keyof typeof LIMITS>) {
      expect([key, Math.abs(atFour[key] - atOne[key]) <= atOne[key] / 100]).toEqual([key, true]);
    }
  });
});
