import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileContentsContract } from '../contract/file-contents.contract.js';
import { addressFor, listed, type OpenedContents, pieces, put, someBytes } from '../contract/file-contents.testing.js';
import { DiskFileContents } from './file-contents.js';

async function openDisk(): Promise<OpenedContents & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-contents-'));
  const staged = join(folder, 'files', 'staged');
  return {
    folder,
    contents: new DiskFileContents(join(folder, 'files')),
    ageStaged: async (ms) => {
      for (const name of await readdir(staged)) {
        const past = (Date.now() - ms) / 1000;
        await utimes(join(staged, name), past, past);
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Where the folder should be is a file. */
async function openAway(): Promise<OpenedContents> {
  const { folder, close } = await openDisk();
  await writeFile(join(folder, 'files'), '');
  return { contents: new DiskFileContents(join(folder, 'files')), ageStaged: async () => {}, close };
}

fileContentsContract('disk', openDisk, openAway);

describe('DiskFileContents', () => {
  let opened: Awaited<ReturnType<typeof openDisk>>;
  beforeEach(async () => {
    opened = await openDisk();
  });
  afterEach(() => opened.close());

  it('is for its own user only', async () => {
    const { contents, folder } = opened;
    await put(contents, someBytes(10));
    const [shelf] = (await readdir(join(folder, 'files'))).filter((name) => name !== 'staged');
    const [name] = await readdir(join(folder, 'files', shelf));
    const modes = await Promise.all(
      ['files', join('files', shelf), join('files', shelf, name)].map((path) => stat(join(folder, path))),
    );
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
  });

  it('passes over what is not its own', async () => {
    const { contents, folder } = opened;
    const address = await put(contents, someBytes(10));
    await writeFile(join(folder, 'files', address.sha256.slice(0, 2), 'note.txt'), 'hello');
    await writeFile(join(folder, 'files', 'README'), 'hello');
    await writeFile(join(folder, 'files', 'staged', 'README'), 'hello');
    expect(await listed(contents)).toEqual([{ ...address, size: 10 }]);
    expect(await contents.clearStaged(0)).toBe(0);
  });

  it('takes nothing where the disk is nearly full, and leaves nothing', async () => {
    const { contents, folder } = opened;
    const address = await put(contents, someBytes(10));
    const look = jest.spyOn(contents as unknown as { requireSpace(): Promise<void> }, 'requireSpace');
    // It fills up while a content comes.
    look.mockResolvedValueOnce(undefined).mockRejectedValue(new Error('only 3 bytes are free'));
    await expect(contents.stage(pieces(someBytes(3_000_000)))).rejects.toMatchObject({ code: 'dependency_down' });
    await expect(contents.put(addressFor(someBytes(1)), pieces(someBytes(5)))).rejects.toMatchObject({ status: 503 });
    await expect(contents.ping()).rejects.toMatchObject({ code: 'dependency_down' });
    look.mockRestore();
    expect(await readdir(join(folder, 'files', 'staged'))).toEqual([]);
    expect(await listed(contents)).toEqual([{ ...address, size: 10 }]);
  });
});
