import { existsSync } from 'node:fs';
import { mongo } from 'mongoose';
import { eventually } from '../eventually.js';
import { startMongo, type MongoEngine } from './engine.js';
import { PretendedMongod } from './pretended-mongod.js';

// The processes are real, the database in them is the stand-in: this is about starting, killing and clearing up.
const before = { ...process.env };
let pretended: PretendedMongod;
let engine: MongoEngine | undefined;

beforeEach(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  pretended = await PretendedMongod.start();
  delete process.env.TEST_MONGO_USED;
  process.env.TEST_MONGO_ENGINE = 'mongod';
  process.env.PATH = `${pretended.folder}:${before.PATH}`;
});

afterEach(async () => {
  process.env = { ...before };
  await engine?.stop();
  await pretended.stop();
  jest.restoreAllMocks();
});

it('runs three processes, kills and restarts them, elects, and leaves nothing behind', async () => {
  engine = await startMongo();
  const { control } = engine;
  const client = new mongo.MongoClient(engine.uri, { serverSelectionTimeoutMS: 10_000 });
  const collection = client.db(engine.newDatabase()).collection<{ _id: number }>('kept');
  // A write to a server that has just gone fails without a second try.
  const insert = (_id: number) => eventually(() => collection.insertOne({ _id }).catch(() => undefined));
  expect(engine).toMatchObject({ kind: 'mongod', supports: { failPoints: true, explain: true, nodes: 3 } });
  expect(pretended.runningProcesses).toBe(3);
  try {
    await insert(1);
    const [first] = pretended.set.nodes.filter(({ isPrimary }) => isPrimary);
    await control!.killPrimary();
    await eventually(() => !first.alive && pretended.runningProcesses === 2);
    await insert(2);
    await control!.restart();
    expect(pretended.runningProcesses).toBe(3);

    const second = await pretended.set.untilPrimary();
    await control!.stepDown();
    expect(pretended.set.primary).not.toBe(second);
    await insert(3);

    await control!.killAll();
    await eventually(() => pretended.runningProcesses === 0);
    await control!.restart();
    expect(await collection.countDocuments({})).toBe(3);
  } finally {
    await client.close();
  }
  await engine.stop();
  engine = undefined;
  await eventually(() => pretended.runningProcesses === 0);
  expect(pretended.dataFolders.size).toBe(3);
  expect([...pretended.dataFolders].filter((folder) => existsSync(folder))).toEqual([]);
});
