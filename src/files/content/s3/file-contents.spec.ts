import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import S3rver from 's3rver';
import { S3Bucket } from '../../../../libs/s3/index.js';
import { fileContentsContract } from '../contract/file-contents.contract.js';
import { listed, type OpenedContents, pieces, put, someBytes } from '../contract/file-contents.testing.js';
import { S3FileContents } from './file-contents.js';

const BUCKET = 'parley';

function bucketAt(port: number, bucket = BUCKET): S3Bucket {
  const key = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  return new S3Bucket({
    ...{ bucket, region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true, ...key },
  });
}

async function open(): Promise<
  OpenedContents & { folder: string; port: number; bucket: S3Bucket; stop(): Promise<void> }
> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-s3-'));
  const options = { port: 0, address: '127.0.0.1', silent: true, directory: folder };
  const server = new S3rver({ ...options, configureBuckets: [{ name: BUCKET }] });
  const { port } = await server.run();
  const bucket = bucketAt(port);
  const contents = new S3FileContents(bucket);
  /** The server goes by the times of its files. */
  const ageStaged = async (ms: number) => {
    const past = (Date.now() - ms) / 1000;
    for (const name of await readdir(folder, { recursive: true })) {
      if (/staged.[0-9a-f-]{36}/.test(name)) await utimes(join(folder, name), past, past);
    }
  };
  return {
    ...{ folder, port, bucket, contents },
    stop: () => server.close(),
    ageStaged,
    close: async () => {
      await bucket.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Nobody listens there. */
async function openAway(): Promise<OpenedContents> {
  const bucket = bucketAt(1);
  return { contents: new S3FileContents(bucket), ageStaged: async () => {}, close: () => bucket.close() };
}

fileContentsContract('s3', open, openAway);

describe('S3FileContents', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  it('gives larger contents in parts, and leaves none of one that breaks off', async () => {
    const { contents, folder } = opened;
    const bytes = someBytes(12_000_000);
    const address = await put(contents, bytes);
    expect(await contents.size(address)).toBe(bytes.length);
    const broken = async function* () {
      yield* pieces(bytes, 1_000_000);
      throw new Error('cut');
    };
    await expect(contents.stage(broken())).rejects.toThrow('cut');
    const left = (await readdir(folder, { recursive: true })).filter((name) => /staged\/[0-9a-f-]{36}/.test(name));
    expect(left).toEqual([]);
    expect(await listed(contents)).toHaveLength(1);
  });

  it('keeps no body open for whoever leaves, before the first byte or after it', async () => {
    const { contents, bucket } = opened;
    const address = await put(contents, someBytes(12_000_000));
    const bodies: Readable[] = [];
    const run = bucket.run.bind(bucket);
    jest.spyOn(bucket, 'run').mockImplementation(async (work) => {
      const done = await run(work);
      const { Body } = (done ?? {}) as { Body?: Readable };
      if (Body) bodies.push(Body);
      return done;
    });
    const unread = (await contents.open(address))!.bytes;
    const begun = (await contents.open(address, { first: 5, last: 9_000_000 }))!.bytes;
    await once(begun, 'readable');
    for (const left of [unread, begun]) {
      left.destroy();
      await once(left, 'close');
    }
    expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it('a bucket that is not there is no content that is not there', async () => {
    const bucket = bucketAt(opened.port, 'another');
    const other = new S3FileContents(bucket);
    await expect(other.ping()).rejects.toMatchObject({ code: 'dependency_down' });
    await expect(other.stage(pieces(someBytes(10)))).rejects.toMatchObject({ code: 'dependency_down' });
    await bucket.close();
  });
});
