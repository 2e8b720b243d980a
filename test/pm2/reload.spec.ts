import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { Pm2 } from '../support/pm2.js';
import { build } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { SteadyCalls } from '../support/steady-calls.js';
import { expectWhole, type ReadAnswer, readAll, resets, slowly } from '../support/whole-answers.js';

const LIVE = 200;
const PER_SECOND = 200;
/** Every so manyth request is a question. */
const ASKS = 10;
const SHORT = 8;
const MOST_PENDING = 40;

describe('pm2 reload of two workers', () => {
  let provider: Provider;
  let backends: Backends;
  let pm2: Pm2 | undefined;
  let load: SteadyCalls | undefined;

  beforeEach(async () => {
    build();
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterEach(async () => {
    load?.stop();
    await pm2?.stop();
    await backends?.stop();
    await provider?.stop();
  });

  it(`under ${LIVE} live answers and ${PER_SECOND} requests a second: none fails, answers are whole`, async () => {
    pm2 = await Pm2.start({
      ...backends.space(),
      ...provider.env,
      ...{ INSTANCES: '2', SHUTDOWN_GRACE_SECONDS: '8', TITLES: 'words' },
      ...{ MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', API_MAX: '0' },
    });
    const { url } = pm2;
    const ada = await Person.join(url);
    const before = (await pm2.workers()).map(({ pid }) => pid);

    // The long ones outlast every grace: they end only when the reload is over.
    let isOver = false;
    provider.reply = (call) => {
      if (call.body.messages[0].content.startsWith('long')) slowly(call, 1000, 40, () => isOver);
      else slowly(call, 40, SHORT);
    };
    const long = Array.from({ length: LIVE }, (_, i) => readAll(ada, `long ${i}`));
    await eventually(() => provider.calls.length === LIVE);
    const short: Array<Promise<ReadAnswer>> = [];
    const statuses = new Map<number, number>();
    load = new SteadyCalls(
      PER_SECOND,
      async (n) => {
        // Over connections that are kept, as browsers and proxies do.
        if (n % ASKS === 0) return void (await (short[short.length] = readAll(ada, `short ${n}`)));
        const { status } = await ada.call('GET', n % 2 ? '/api/convos?limit=5' : '/api/user');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      },
      // Where the machine can't keep up, so many wait: more would only time out.
      MOST_PENDING,
    );
    await eventually(() => short.length > 10);
    expect(await pm2.reload()).toBe(0);
    const after = (await pm2.workers()).map(({ pid }) => pid);
    await load.end();
    isOver = true;
    const longs = await Promise.all(long);
    const shorts = await Promise.all(short);

    const seen = longs.map((answer) => resets(answer).length);
    const reasons = new Set([...longs, ...shorts].flatMap((answer) => resets(answer).map(({ data }) => data.reason)));
    process.stderr.write(
      `  ${load.issued} requests, ${load.perSecond}/s, ${shorts.length} of them questions; ` +
        `resets of the long ones: ${seen.filter((n) => n === 1).length} × 1, ${seen.filter((n) => n > 1).length} × more (${[...reasons].join()})\n`,
    );
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    expect([...statuses.keys()]).toEqual([200]);
    for (const answer of shorts) {
      expectWhole(answer, SHORT);
      expect(resets(answer)).toEqual([]);
    }
    for (const answer of longs) {
      expectWhole(answer);
      // One; where the other worker took it over before it was told to go itself, one more.
      const own = resets(answer).map(({ data }) => data.reason);
      expect([1, 2]).toContain(own.length);
      expect(new Set(own)).toEqual(new Set(['handed_over']));
    }
  });
});
