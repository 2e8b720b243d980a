import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { mongo } from 'mongoose';
import { Leases } from '../../src/rate-limit/index.js';
import { Queue } from '../../src/queue/index.js';
import { type MessageRef, Messages, type Writing } from '../../src/chat/store/index.js';
import type { Run } from '../../src/generation/run/run.js';
import { ActiveRuns } from '../../src/generation/run/active-runs.service.js';
import { Readers } from '../../src/generation/stream/readers.service.js';
import type { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

import { BACKOFF_MS, type Moment } from './moments.testing.js';

/** An answer that has come to a moment, with readers on both instances. */
export interface Held {
  moment: Moment;
  question: string;
  ref: MessageRef;
  readings: Reading[];
  open(): void;
}

/** Two instances: `a` writes and serves, `b` only serves. */
export class Stage {
  a!: TestApp;
  b!: TestApp;
  admin!: Person;
  private readonly people: Person[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'parley-moments-'));
  private asked = 0;

  private constructor(
    readonly provider: Provider,
    readonly backends: Backends,
    readonly cluster: TestCluster,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<Stage> {
    const provider = await Provider.start();
    const limits = {
      MESSAGE_USER_MAX: '0',
      CONCURRENT_MESSAGE_MAX: '100',
      API_MAX: '0',
      REGISTER_MAX: '0',
      LOGIN_MAX: '0',
    };
    const backends = await Backends.start({ durable: true });
    const fixed = { ...provider.env, ...limits, TITLES: 'words', QUEUE_BACKOFF_MS: `${BACKOFF_MS}`, ...env };
    const stage = new Stage(provider, backends, new TestCluster(backends, fixed));
    const file = join(stage.folder, 'parley.yaml');
    const narrow = { name: 'narrow', baseURL: provider.baseUrl, models: ['llama'], maxConcurrent: 1 };
    writeFileSync(file, JSON.stringify({ endpoints: [narrow] }));
    stage.a = await stage.cluster.add({ CONFIG_FILE: file });
    stage.b = await stage.cluster.add({ CONFIG_FILE: file, ROLE: 'web' });
    stage.admin = await stage.person();
    // Whoever waits, waits for this one.
    await stage.admin.ask('blocker', 'narrow');
    await stage.callFor('blocker');
    return stage;
  }

  async person(): Promise<Person> {
    const person = await this.a.person();
    this.people.push(person);
    return person;
  }

  /** The same log-in, on `b`. */
  onB(person: Person): Person {
    return Object.assign(Object.create(Object.getPrototypeOf(person)), person, { url: this.b.url });
  }

  callsFor(question: string): Call[] {
    return this.provider.calls.filter((call) => call.body.messages.at(-1).content === question);
  }

  async callFor(question: string): Promise<Call> {
    await eventually(() => this.callsFor(question).length > 0);
    return this.callsFor(question)[0];
  }

  /** Somebody's second answer in a conversation, at this moment of its life. */
  async reach(moment: Moment, person: Person): Promise<Held> {
    const warm = `warm ${this.asked++}`;
    const first = person.askAll(warm);
    (await this.callFor(warm)).say('before').finish();
    const { conversationId } = (await first)[0].data;
    const gate = moment.gate && Gate.at(this.a, Messages, moment.gate[0], conversationId, moment.gate[1]);
    const question = `question ${this.asked++}`;
    const endpoint = moment.waits ? 'narrow' : 'openAI';
    const reading = new Reading(person, await person.ask({ message: question, conversationId }, endpoint));
    await eventually(() => reading.id);
    const other = new Reading(person, await this.onB(person).resume(reading.id));
    if (moment.model) moment.model(await this.callFor(question));
    await gate?.reached;
    const readings = [reading, other];
    await eventually(() => readings.every((one) => one.id && (moment.seen?.(one) ?? true)));
    return { moment, question, ref: { id: reading.id, conversationId }, readings, open: () => gate?.open() };
  }

  /** What writes it, if anything does. */
  run({ ref }: Held): Run | undefined {
    return this.a
      .get(ActiveRuns)
      .all()
      .find((run) => run.answer.id === ref.id);
  }

  row({ ref }: Held): Promise<Writing | null> {
    return this.a.get(Messages).getWriting(ref);
  }

  /** All that the database has of a conversation, but its tombstone. */
  async rowsOf(conversationId: string): Promise<unknown[]> {
    const client = new mongo.MongoClient(this.cluster.env.MONGO_URI);
    try {
      const found: unknown[] = [];
      for (const { collectionName } of await client.db().collections()) {
        for (const doc of await client.db().collection(collectionName).find().toArray()) {
          if (JSON.stringify(doc).includes(conversationId) && !('removedAt' in doc))
            found.push({ collectionName, doc });
        }
      }
      return found;
    } finally {
      await client.close();
    }
  }

  /** Keys of Redis that are named by a conversation or a message, with the ms they will live. */
  async keysOf(...ids: string[]): Promise<Array<[string, number]>> {
    const redis = new Redis(this.backends.redis.uri);
    try {
      const keys = (await redis.keys('*')).filter((key) => ids.some((id) => key.includes(id)));
      return Promise.all(keys.map(async (key) => [key, await redis.pttl(key)] as [string, number]));
    } finally {
      redis.disconnect();
    }
  }

  /** Nothing runs, waits, reads or holds a place. Lets the blocker go first. */
  async nothingLeft(): Promise<void> {
    (await this.callFor('blocker')).say('done').finish();
    for (const app of [this.a, this.b]) {
      await eventually(() => app.get(ActiveRuns).size === 0 && app.get(Readers).all().length === 0);
    }
    await eventually(async () => {
      const { running, waiting } = await this.a.get(Queue).stats();
      return running + waiting === 0;
    });
    for (const { user } of this.people) {
      await eventually(async () => (await this.a.get(Leases).count(user.id)) === 0);
    }
  }

  async stop(): Promise<void> {
    Gate.openAll();
    // Whoever ends an answer waits for it.
    await this.backends.redis.revive();
    await this.cluster.stop();
    await this.backends.stop();
    await this.provider.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
