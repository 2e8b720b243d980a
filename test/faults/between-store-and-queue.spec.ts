import { Redis } from 'ioredis';
import { Leases } from '../../src/rate-limit/index.js';
import { Messages } from '../../src/chat/store/index.js';
import { IdempotencyKeys } from '../../src/generation/keys/idempotency-keys.js';
import type { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { allEvents } from '../support/sse.js';

const ROUNDS = 3;
/** Of each kind in each round. */
const ASKED = 10;

describe('Redis goes away when a question is stored and not yet in line', () => {
  let provider: Provider;
  let backends: Backends;
  let cluster: TestCluster;
  let app: TestApp;
  let ada: Person;
  let release: () => void = () => {};

  beforeEach(async () => {
    provider = await Provider.start();
    provider.reply = (call) => call.say('answered').finish();
    backends = await Backends.start({ durable: true });
    const limits = { MESSAGE_USER_MAX: '0', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '1000', TITLES: 'words' };
    cluster = new TestCluster(backends, { ...provider.env, ...limits });
    app = await cluster.add();
    ada = await app.person();
  });
  afterEach(async () => {
    release();
    await backends?.redis.revive();
    await cluster?.stop();
    await backends?.stop();
    await provider?.stop();
  });

  /** From now on nobody hears that a question was stored, until that is let go. `stored`: how many were. */
  function holdStored(): { stored: () => number } {
    const messages = app.get(Messages);
    const append = messages.appendTurn.bind(messages);
    let stored = 0;
    const released = new Promise<void>((resolve) => {
      release = () => {
        messages.appendTurn = append;
        resolve();
      };
    });
    messages.appendTurn = async (turn) => {
      const accepted = await append(turn);
      stored++;
      await released;
      return accepted;
    };
    return { stored: () => stored };
  }

  /** Asks until it is heard to the end: the same again, with its key or without one. Gives back the ids it was told of. */
  async function ask(text: string, key?: string): Promise<string[]> {
    const told: string[] = [];
    for (;;) {
      const response = await ada.ask(text, 'openAI', key === undefined ? {} : { 'idempotency-key': key });
      if (response.status === 200) {
        const events = await allEvents(response);
        expect(events.at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'answered' } } });
        return [...told, events[0].data.messageId];
      }
      const { code, messageId } = (await response.json()) as { code: string; messageId?: string };
      expect([response.status, code]).toEqual([503, 'dependency_down']);
      if (messageId) told.push(messageId);
      await eventually(async () => (await fetch(`${app.url}/health/ready`)).status === 200);
    }
  }

  async function turns(): Promise<Map<string, any[]>> {
    const found = new Map<string, any[]>();
    for (let cursor = ''; ;) {
      const { items, nextCursor } = await ada.get(`/api/convos?limit=100${cursor}`);
      for (const { id } of items) {
        const [question, answer, ...more] = await ada.messages(id);
        expect(more).toEqual([]);
        found.set(question.text, [...(found.get(question.text) ?? []), answer]);
      }
      if (!nextCursor) return found;
      cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
    }
  }

  it('again and again: what was stored is answered, with its key as one question; none is left dead or open', async () => {
    const asked: Array<{ text: string; key?: string; told: string[] }> = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { stored } = holdStored();
      const some = Array.from({ length: 2 * ASKED }, (_, i) => {
        const text = `round ${round}, question ${i}`;
        return { text, key: i % 2 ? text : undefined };
      });
      const asking = some.map(async ({ text, key }) => asked.push({ text, key, told: await ask(text, key) }));
      await eventually(() => stored() === some.length);
      await backends.redis.kill();
      release();
      // Its patience is over for all of them: some may have been told already.
      await eventually(async () => (await app.get(IdempotencyKeys).unaccepted(0, 1000)).length === 0);
      await backends.redis.restart();
      await Promise.all(asking);
    }

    await eventually(async () => (await app.get(Messages).writingOfUser(ada.user.id)).length === 0);
    const found = await turns();
    expect(asked).toHaveLength(ROUNDS * 2 * ASKED);
    for (const { text, key, told } of asked) {
      const answers = found.get(text)!;
      expect(answers.map(({ status, text: said }) => `${status}: ${said}`)).toEqual(
        answers.map(() => 'complete: answered'),
      );
      // Whoever asks anew has two questions, both alive; and was told of both.
      expect([text, answers.map(({ id }) => id).sort()]).toEqual([text, [...new Set(told)].sort()]);
      if (key !== undefined) expect([text, answers.length]).toEqual([text, 1]);
      expect(provider.calls.filter(({ body }) => body.messages.at(-1).content === text)).toHaveLength(answers.length);
    }
    await eventually(async () => (await app.get(Leases).count(ada.user.id)) === 0);
    await eventually(async () => (await openLogs()).length === 0);
  });

  /** Logs that live as long as one that has not ended. */
  async function openLogs(): Promise<string[]> {
    const redis = new Redis(backends.redis.uri);
    try {
      const keys = await redis.keys('*:log:*');
      const lives = await Promise.all(keys.map((key) => redis.pttl(key)));
      return keys.filter((_, i) => lives[i] > 3_600_000);
    } finally {
      redis.disconnect();
    }
  }
});
