import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseEngine } from './choice.js';
import { startMongo } from './engine.js';

const folders: string[] = [];
const before = { ...process.env };

/** A folder with a `mongod` in it that does this. */
function pathWith(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-mongod-'));
  folders.push(folder);
  writeFileSync(join(folder, 'mongod'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'mongod'), 0o755);
  return folder;
}

// What these tests start is not what the others ran on.
beforeEach(() => delete process.env.TEST_MONGO_USED);

const runnable = 'echo "db version v7.0.14"';

afterEach(() => {
  process.env = { ...before };
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('the engine', () => {
  it('is the server at the address first, then mongod, then a download, then the stand-in', () => {
    const PATH = pathWith(runnable);
    const uri = 'mongodb://db.example.org/';
    const env = { PATH, TEST_MONGO_URI: uri, TEST_MONGO_DOWNLOAD: '1' };
    expect(chooseEngine(env)).toEqual({ kind: 'uri', uri });
    expect(chooseEngine({ ...env, TEST_MONGO_URI: '' })).toEqual({
      kind: 'mongod',
      binary: join(PATH, 'mongod'),
      version: '7.0.14',
    });
    expect(chooseEngine({ PATH: '', TEST_MONGO_DOWNLOAD: '1' })).toEqual({ kind: 'download' });
    expect(chooseEngine({ PATH: '' })).toEqual({ kind: 'stand-in' });
  });

  it('is never a mongod that does not run or is too old', () => {
    expect(chooseEngine({ PATH: pathWith('exit 1') })).toEqual({ kind: 'stand-in' });
    expect(chooseEngine({ PATH: pathWith('echo "db version v4.2.1"') })).toEqual({ kind: 'stand-in' });
  });

  it('that is asked for by name is that one, or an error', () => {
    const PATH = pathWith(runnable);
    expect(chooseEngine({ PATH, TEST_MONGO_ENGINE: 'stand-in' })).toEqual({ kind: 'stand-in' });
    expect(chooseEngine({ PATH, TEST_MONGO_ENGINE: 'download' })).toEqual({ kind: 'download' });
    expect(() => chooseEngine({ PATH: '', TEST_MONGO_ENGINE: 'mongod' })).toThrow('no mongod on PATH');
    expect(() => chooseEngine({ PATH: pathWith('exit 1'), TEST_MONGO_ENGINE: 'mongod' })).toThrow('does not run');
    expect(() => chooseEngine({ PATH: '', TEST_MONGO_ENGINE: 'uri' })).toThrow('needs TEST_MONGO_URI');
    expect(() => chooseEngine({ PATH: '', TEST_MONGO_ENGINE: 'mysql' })).toThrow('TEST_MONGO_ENGINE is mysql');
  });

  it('that does not start is an error, not another engine', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    process.env.TEST_MONGO_ENGINE = 'mongod';
    process.env.PATH = `${pathWith(`${runnable}; exit 3`)}:${before.PATH}`;
    await expect(startMongo()).rejects.toThrow();
    process.env.TEST_MONGO_ENGINE = 'uri';
    process.env.TEST_MONGO_URI = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100';
    await expect(startMongo()).rejects.toThrow('does not answer');
    jest.restoreAllMocks();
  });
});

describe('a server at an address', () => {
  it('can not be killed, and loses what the tests made in it', async () => {
    process.env.TEST_MONGO_ENGINE = 'stand-in';
    const somebodys = await startMongo();
    process.env.TEST_MONGO_ENGINE = 'uri';
    process.env.TEST_MONGO_URI = somebodys.uri;
    const engine = await startMongo();
    try {
      expect(engine).toMatchObject({ kind: 'uri', supports: { nodes: 3 } });
      expect(engine.control).toBeUndefined();
      expect(engine.name).toBe(`${somebodys.name} at TEST_MONGO_URI`);
      expect(engine.newDatabase()).not.toBe(engine.newDatabase());
    } finally {
      await engine.stop();
      await somebodys.stop();
    }
  });
});
