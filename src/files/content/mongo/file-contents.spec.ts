import { useDatabases } from '../../../../libs/mongo/mongo.testing.js';
import { fileContentsContract } from '../contract/file-contents.contract.js';
import {
  addressFor,
  listed,
  type OpenedContents,
  pieces,
  put,
  read,
  someBytes,
  streamOf,
} from '../contract/file-contents.testing.js';
import { MongoFileContents } from './file-contents.js';

const databases = useDatabases();

interface OpenedOnMongo extends OpenedContents {
  count(name: 'files' | 'chunks'): Promise<number>;
}

async function open(): Promise<OpenedOnMongo> {
  const uri = databases.uri();
  const [database, aside] = [await databases.open({ uri }), databases.at(uri)];
  return {
    contents: new MongoFileContents(database),
    ageStaged: async (ms) => {
      const older = [{ $set: { asideAt: { $subtract: ['$asideAt', ms] } } }];
      await aside.run((db) => db.collection('file_bytes.files').updateMany({ asideAt: { $ne: null } }, older));
    },
    count: (name) => aside.run((db) => db.collection(`file_bytes.${name}`).countDocuments()),
    close: async () => {
      await Promise.all([database.close(), aside.close()]);
    },
  };
}

async function openAway(): Promise<OpenedContents> {
  const database = databases.openAway();
  return { contents: new MongoFileContents(database), ageStaged: async () => {}, close: () => database.close() };
}

fileContentsContract('mongo', open, openAway);

describe('MongoFileContents', () => {
  let opened: OpenedOnMongo;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  it('leaves no chunk behind', async () => {
    const { contents, count } = opened;
    const address = await put(contents, someBytes(600_000));
    expect(await count('chunks')).toBe(3);
    await contents.put(address, streamOf(someBytes(600_000)));
    expect([await count('files'), await count('chunks')]).toEqual([1, 3]);
    await contents.stage(pieces(someBytes(300_000)));
    await opened.ageStaged(10_000);
    await contents.clearStaged(5000);
    await contents.remove(address);
    expect([await count('files'), await count('chunks')]).toEqual([0, 0]);
  });

  it('what was begun to be removed goes, whoever dies on the way', async () => {
    const { contents, count } = opened;
    const address = await put(contents, someBytes(600_000));
    const chunks = (contents as unknown as { chunks: { run(work: unknown): Promise<unknown> } }).chunks;
    const dies = jest.spyOn(chunks, 'run').mockRejectedValueOnce(new Error('killed here'));
    await expect(contents.drop(address)).rejects.toThrow('killed here');
    dies.mockRestore();
    expect([await contents.size(address), await listed(contents)]).toEqual([null, []]);
    await opened.ageStaged(10_000);
    expect(await contents.clearStaged(5000)).toBe(1);
    expect([await count('files'), await count('chunks')]).toEqual([0, 0]);
  });

  it('comes and is read through an election', async () => {
    const { control } = databases.engine;
    if (!control) return;
    const bytes = someBytes(1_500_000);
    const address = addressFor(bytes);
    let pieceNumber = 0;
    const interrupted = async function* () {
      for await (const piece of pieces(bytes)) {
        if (++pieceNumber === 40) await control.killPrimary();
        yield piece;
      }
    };
    await opened.contents.put(address, interrupted());
    await control.restart();
    const reading = (await opened.contents.open(address))!.bytes;
    const seen: Buffer[] = [];
    for await (const piece of reading) if (seen.push(piece as Buffer) === 1) await control.killPrimary();
    expect(Buffer.concat(seen).equals(bytes)).toBe(true);
    await control.restart();
    expect((await read(opened.contents, address))!.equals(bytes)).toBe(true);
  });
});
