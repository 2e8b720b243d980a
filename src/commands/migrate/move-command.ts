import { hostname } from 'node:os';
import { describeLease, MongoLease, type MongoDatabase } from '../../../libs/mongo/index.js';
import { ChatCollections } from '../../chat/mongo/chat-collections.js';
import { inBatches } from './batches.js';
import { Failure, shown } from '../failure.js';
import type { MoveArguments } from './migrate-arguments.js';
import { Moving, type Stored } from './moving.js';
import { Progress, type MigrateIo } from '../progress.js';
import { monthsOf, openDatabase } from './target.js';

/** A batch: so many documents, or so much text. */
const BATCH = 500;
const BATCH_CHARS = 2 * 1024 * 1024;

/** What a killed run has left behind ends within 10 s. */
const LEFTOVER_MS = 12_000;

/** Which servers run, as far as that is known: a rejection means that it is not. */
export type RunningServers = () => Promise<string[]>;

/**
 * Moves messages between one collection and one for each month. True where all are where they belong. No server may run
 * meanwhile: it would write where messages were, and not see those that have moved.
 */
export async function moveCommand(args: MoveArguments, io: MigrateIo, running: RunningServers): Promise<boolean> {
  await mustBeAlone(running, args, io);
  const database = await openDatabase(args.uri);
  try {
    const startedAt = new Date().toISOString();
    const holder = { pid: process.pid, host: hostname(), address: 'npm run migrate', startedAt };
    // Beside one that keeps a part of its state to itself: then it waits here, or refuses to start there.
    const lost = new AbortController();
    const lease = await MongoLease.acquire(database, holder, {
      waitMs: LEFTOVER_MS,
      onWait: (other) => io.out(`In use by ${describeLease(other)}: waiting for it to stop`),
      onLost: () => lost.abort(),
    });
    try {
      return await move(database, args, io, lost.signal);
    } finally {
      await lease.release().catch(() => {});
    }
  } finally {
    await database.close();
  }
}

async function mustBeAlone(running: RunningServers, { yes }: MoveArguments, io: MigrateIo): Promise<void> {
  let servers: string[];
  try {
    servers = await running();
  } catch {
    if (!yes) {
      throw new Failure(
        'It can not be known whether servers run, because Redis does not answer. If none does, say --yes.',
      );
    }
    return io.err('Going on without knowing whether servers run.');
  }
  if (servers.length > 0) throw new Failure(`Stop all servers first. These run: ${servers.join(', ')}.`);
}

async function move(
  database: MongoDatabase,
  { partition, uri }: MoveArguments,
  io: MigrateIo,
  lost: AbortSignal,
): Promise<boolean> {
  const chat = new ChatCollections(database, { partition });
  const from = partition === 'month' ? ['messages'] : await monthsOf(database);
  io.out(`Moving the messages at ${shown(uri)} ${partition === 'month' ? 'into months' : 'into one collection'}`);
  const moving = new Moving(chat);
  for (const name of from) {
    const count = await database.run((db) => db.collection(name).estimatedDocumentCount());
    const progress = new Progress(io, `Moving ${name}`, count);
    const work = async (docs: Stored[]) => {
      if (lost.aborted) throw new Failure('A server has started meanwhile.');
      await moving.move(name, docs);
    };
    try {
      await inBatches(
        (after) => readBatch(database, name, after),
        work,
        (n) => progress.add(n),
        1,
      );
    } catch (error) {
      progress.clear();
      throw error;
    }
    progress.end();
    // An empty month would be listed, and asked, for ever.
    if (partition === 'none' && (await isEmpty(database, name))) await database.run((db) => db.collection(name).drop());
  }
  moving.lines().forEach((line) => io.out(line));
  if (moving.isClean) io.out(`Start the servers with MONGO_MESSAGE_PARTITION=${partition}.`);
  return moving.isClean;
}

async function isEmpty(database: MongoDatabase, name: string): Promise<boolean> {
  return (await readBatch(database, name, '')).length === 0;
}

/** As a cursor reads them: what is in memory is bounded by what they hold, not only by how many they are. */
function readBatch(database: MongoDatabase, name: string, after: string): Promise<Stored[]> {
  return database.run(async (db) => {
    const cursor = db
      .collection<Stored>(name)
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(BATCH);
    const docs: Stored[] = [];
    let chars = 0;
    for await (const doc of cursor) {
      docs.push(doc as Stored);
      chars += doc.text.length;
      if (chars >= BATCH_CHARS) break;
    }
    return docs;
  });
}
