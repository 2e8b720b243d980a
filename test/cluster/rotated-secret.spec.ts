import { Backends, TestCluster } from '../support/cluster.js';
import { Person } from '../support/person.js';

const [OLD, NEW] = ['the-one-before-'.padEnd(40, 'x'), 'the-one-after-'.padEnd(40, 'y')];
/** As docs/operations.md says: at each step there are instances of two neighbouring ones. */
const STEPS: Record<string, string>[] = [
  { JWT_SECRET: OLD },
  { JWT_SECRET: OLD, JWT_SECRET_PREVIOUS: NEW },
  { JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: OLD },
];

describe('a secret that is rotated step by step', () => {
  let backends: Backends;
  let cluster: TestCluster;
  beforeAll(async () => {
    backends = await Backends.start();
    cluster = new TestCluster(backends, { REGISTER_MAX: '0', LOGIN_MAX: '0' });
  });
  afterAll(async () => {
    await cluster?.stop();
    await backends?.stop();
  });

  /** Renews the log-in there, as the page does: the next token and cookie. */
  async function renew(person: Person, url: string): Promise<number> {
    const response = await fetch(`${url}/api/auth/refresh`, { method: 'POST', headers: { cookie: person.cookie } });
    if (response.status !== 200) return response.status;
    person.token = ((await response.json()) as { token: string }).token;
    person.cookie = response.headers.get('set-cookie')!.split(';')[0];
    return 200;
  }

  it('logs nobody out, whichever instance is asked', async () => {
    let before = await cluster.add(STEPS[0]);
    const ada = await before.person();
    for (const step of STEPS.slice(1)) {
      const after = await cluster.add(step);
      for (const { url } of [after, before, after, before]) {
        expect(await renew(ada, url)).toBe(200);
        for (const at of [before, after]) expect((await ada.at(at.url).call('GET', '/api/user')).status).toBe(200);
      }
      before = after;
    }
  });

  it('in one step it would: an instance of before does not know the new one', async () => {
    const [before, after] = [await cluster.add(STEPS[0]), await cluster.add(STEPS[2])];
    const ada = await before.person();
    expect(await renew(ada, after.url)).toBe(200);
    expect((await ada.at(before.url).call('GET', '/api/user')).status).toBe(401);
  });

  it('what the new one alone signs is refused where the old one is out', async () => {
    const [before, last] = [await cluster.add(STEPS[0]), await cluster.add({ JWT_SECRET: NEW })];
    const ada = await before.person();
    expect((await ada.at(last.url).call('GET', '/api/user')).status).toBe(401);
    expect(await renew(ada, last.url)).toBe(401);
  });
});
