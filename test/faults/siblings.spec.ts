import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

const ANSWERS = 100;

describe('100 answers of one process, while others come and go', () => {
  let provider: Provider;
  let backends: Backends;
  let folder: string;
  const servers: Server[] = [];

  beforeEach(async () => {
    build();
    provider = await Provider.start();
    backends = await Backends.start();
    folder = mkdtempSync(join(tmpdir(), 'parley-siblings-'));
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await backends?.stop();
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('notice nothing: no reset, no cut, no hole', async () => {
    const unlimited = { MESSAGE_USER_MAX: '0', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', TITLES: 'words' };
    const env = { ...backends.space(), ...provider.env, ...unlimited, DATA_DIR: folder, SHUTDOWN_GRACE_SECONDS: '1' };
    const start = async () => {
      const server = await Server.start(env);
      servers.push(server);
      await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 200);
      return server;
    };

    const ada = await Person.join((await start()).url);
    const readings = await Promise.all(
      Array.from({ length: ANSWERS }, async (_, i) => new Reading(ada, await ada.ask(`question ${i}`))),
    );
    await eventually(() => provider.calls.length === ANSWERS);
    let said = 0;
    const say = () => {
      provider.calls.forEach((call) => call.say(`${said} `));
      said++;
    };
    const talking = setInterval(say, 500);
    const allHave = (words: number) => eventually(() => readings.every(({ text }) => text.split(' ').length > words));
    try {
      await allHave(1);
      // One comes; another; both are told to go and come again; then both are killed and come again.
      let siblings = [await start(), await start()];
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        await Promise.all(siblings.map((server) => server.end(signal)));
        siblings = await Promise.all([start(), start()]);
        await allHave(said);
      }
    } finally {
      clearInterval(talking);
    }
    provider.calls.forEach((call) => call.finish());

    const whole = Array.from({ length: said }, (_, i) => `${i} `).join('');
    for (const reading of readings) {
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: whole } } });
      // Over its one connection, which it never had to make anew.
      expect(reading.events.map(({ id }) => id)).toEqual(reading.events.map((_, seq) => `1-${seq}`));
      expect(reading.text).toBe(whole);
    }
    expect(provider.calls).toHaveLength(ANSWERS);
  });
});
