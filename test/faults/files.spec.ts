import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { newId } from '../../libs/ids/index.js';
import { Messages } from '../../src/chat/store/index.js';
import { FileContents } from '../../src/files/content/file-contents.js';
import { FileSweep } from '../../src/files/keeping/file-sweep.service.js';
import { Holders, messageHolder } from '../../src/files/keeping/holders.service.js';
import { FileRemoval } from '../../src/files/keeping/file-removal.service.js';
import { ReaderKilled } from '../../src/files/reading/file-reader.js';
import { ConversationDeletion } from '../../src/generation/control/conversation-deletion.service.js';
import { ContentRecords, FileRows, Readings, Reservations } from '../../src/files/store/index.js';
import { TestApp } from '../support/app.js';
import { Child } from '../support/child.js';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { png, readInstead, readSimply, upload, uploaded } from '../support/uploads.js';

const HOUR_MS = 3_600_000;
const LIMITS = { REGISTER_MAX: '0', LOGIN_MAX: '0', FILE_USER_MAX: '0', API_MAX: '0' };

/** Puts this process's clock forward. */
function ageing(): (ms: number) => void {
  const now = Date.now;
  let ahead = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  return (ms) => void (ahead += ms);
}

async function formsOf(app: TestApp): Promise<string[]> {
  const { items } = await app.get(FileContents).list({ limit: 100 });
  return items.map(({ form }) => form).sort();
}

afterEach(() => jest.restoreAllMocks());

describe.each(['embedded', 'on Redis and MongoDB'])('a process killed while it is at files, %s', (kind) => {
  let backends: Backends | undefined;
  let folder: string;
  let env: Record<string, string>;
  let child: Child;
  let app: TestApp | undefined;
  let ada: Person;

  beforeAll(async () => {
    if (kind !== 'embedded') backends = await Backends.start();
  });
  afterAll(() => backends?.stop());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-files-'));
    const own = { STORE: 'sqlite', DATA_DIR: folder, JWT_SECRET: 'the-same-after-the-crash-0123456789' };
    env = { ...LIMITS, ...(backends?.space() ?? own) };
    child = new Child(resolve(__dirname, '../support/file-stops.ts'), JSON.stringify(env));
    const ready = await eventually(() => child.lines.find((line) => line.startsWith('listens ')));
    ada = await Person.join(ready.slice('listens '.length));
  });
  afterEach(async () => {
    await child.kill();
    await app?.stop();
    app = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Something that comes to a stop there, and never ends. */
  async function stopAt(point: string, work: () => Promise<unknown>): Promise<void> {
    child.say(point);
    await eventually(() => child.lines.includes(`armed ${point}`));
    work().catch(() => undefined);
    await eventually(() => child.lines.includes(`stopped ${point}`));
  }

  /** The process is killed, and another one takes its place. */
  async function killed(): Promise<TestApp> {
    await child.kill();
    return (app = await TestApp.start({ ...env }, (made) => readInstead(made, readSimply)));
  }

  it('before there is a row: nothing is seen, and the same comes anew', async () => {
    const points = [
      'before FileContents.keep',
      'after FileContents.keep',
      'after ContentRecords.open',
      'before Reservations.insert',
    ];
    for (const point of points) await stopAt(point, () => upload(ada, point, 'a.txt'));
    const { url } = await killed();
    const person = ada.at(url);
    expect((await person.get('/api/files')).items).toEqual([]);
    expect(await app!.get(Reservations).usedBytes(ada.user.id)).toBe(0);
    const other = (await Person.join(url)).at(url);
    for (const point of points) {
      expect(await uploaded(other, point, 'a.txt')).toMatchObject({ state: 'ready', size: point.length });
    }
    expect(await formsOf(app!)).toEqual([...points.map(() => 'text'), ...points.map(() => 'upload')]);
  });

  it('before it was read: another one reads it', async () => {
    const points = [
      'after Reservations.insert',
      'after Readings.claim',
      'before FileReader.read',
      'after FileReader.read',
      'after FileContents.put',
      'before ContentRecords.noteRead',
      'after ContentRecords.noteRead',
      'before Readings.end',
    ];
    for (const point of points) await stopAt(point, () => upload(ada, png(point), 'a.png'));
    // The sweep may have come to a stop in the place of the upload that was to.
    await eventually(async () => (await ada.get('/api/files')).items.length === points.length);
    const person = ada.at((await killed()).url);
    const list = async (): Promise<any[]> => (await person.get('/api/files')).items;
    expect(await list()).toHaveLength(points.length);
    await eventually(async () => (await list()).every(({ state }) => state === 'ready'));
    const expected = { filename: 'a.png', width: 2000, size: 21, state: 'ready' };
    expect(await list()).toMatchObject(points.map(() => expected));
    // Where a picture was taken is in no store any more.
    const each = (form: string) => points.map(() => form);
    expect(await formsOf(app!)).toEqual([...each('model'), ...each('original'), ...each('thumb')]);
    expect(await app!.get(Reservations).usedBytes(ada.user.id)).toBe(21 * points.length);
  });

  it('after FileRows.markDeleting: nobody sees it, and it goes', async () => {
    const file = await uploaded(ada, 'to be deleted');
    await stopAt('after FileRows.markDeleting', () => ada.call('DELETE', `/api/files/${file.id}`));
    const person = ada.at((await killed()).url);
    expect((await person.call('GET', `/api/files/${file.id}`)).status).toBe(404);
    await eventually(async () => (await app!.get(FileRows).all({ limit: 10 })).items.length === 0);
    expect(await app!.get(Reservations).usedBytes(ada.user.id)).toBe(0);
  });
});

describe('files that are left over', () => {
  let app: TestApp;
  let ada: Person;
  let age: (ms: number) => void;
  let sweep: FileSweep;

  beforeEach(async () => {
    age = ageing();
    app = await TestApp.start({ ...LIMITS, MESSAGE_USER_MAX: '0' });
    readInstead(app, readSimply);
    sweep = app.get(FileSweep);
    ada = await app.person();
  });
  afterEach(() => app.stop());
  const rows = async () => (await app.get(FileRows).all({ limit: 100 })).items;

  it('what was held for a message that never came is let go after 15 minutes, and stays', async () => {
    const file = await uploaded(ada, 'held');
    const [{ data }] = await ada.askAll('Hello', 'demo');
    const real = messageHolder({ conversationId: data.conversationId, id: data.userMessageId });
    const never = messageHolder({ conversationId: data.conversationId, id: newId() });
    for (const holder of [real, never]) await app.get(Holders).addHolder(ada.user.id, [file.id], holder);
    const other = await uploaded(ada, 'held by nothing that is');
    await app.get(Holders).addHolder(ada.user.id, [other.id], never);
    await sweep.slowRound();
    expect((await rows()).map(({ holders }) => holders.length)).toEqual([2, 1]);
    age(16 * 60_000);
    await sweep.slowRound();
    expect(await rows()).toMatchObject([
      { id: file.id, holders: [real], checkAt: null, deleting: false },
      { id: other.id, holders: [], checkAt: null, deleting: false },
    ]);
    // Asked once, for good.
    const asked = jest.spyOn(app.get(Messages), 'get');
    age(HOUR_MS);
    await sweep.slowRound();
    expect(asked).not.toHaveBeenCalled();
  });

  it('what no message ever had goes after a day, and its content an hour after that', async () => {
    const file = await uploaded(ada, 'never held');
    const held = await uploaded(ada, 'held');
    const [{ data }] = await ada.askAll('Hello', 'demo');
    const holder = messageHolder({ conversationId: data.conversationId, id: data.userMessageId });
    await app.get(Holders).addHolder(ada.user.id, [held.id], holder);
    age(23 * HOUR_MS);
    await sweep.slowRound();
    expect((await rows()).filter(({ deleting }) => deleting)).toEqual([]);
    age(2 * HOUR_MS);
    await sweep.slowRound();
    expect((await ada.call('GET', `/api/files/${file.id}`)).status).not.toBe(200);
    await app.get(FileRemoval).removeMarked();
    expect((await rows()).map(({ id }) => id)).toEqual([held.id]);
    await sweep.slowRound();
    expect(await formsOf(app)).toEqual(['text', 'text', 'upload', 'upload']);
    age(HOUR_MS + 1000);
    await sweep.slowRound();
    expect(await formsOf(app)).toEqual(['text', 'upload']);
    expect((await app.get(ContentRecords).all({ limit: 10 })).items).toHaveLength(1);
  });

  it('with a conversation its files go, but those that another one holds, wherever it was cut off', async () => {
    const [own, shared] = [await uploaded(ada, 'own'), await uploaded(ada, 'shared')];
    const asked = [];
    for (const question of ['First', 'Second']) {
      const [{ data }] = await ada.askAll(question, 'demo');
      asked.push({ conversationId: data.conversationId as string, id: data.userMessageId as string });
    }
    const holders = app.get(Holders);
    await holders.addHolder(ada.user.id, [own.id, shared.id], messageHolder(asked[0]));
    await holders.addHolder(ada.user.id, [shared.id], messageHolder(asked[1]));
    expect((await ada.call('DELETE', `/api/files/${own.id}`)).status).toBe(409);
    const drop = jest.spyOn(app.get(FileRows), 'dropHoldersUnder').mockRejectedValueOnce(new Error('killed here'));
    const deletion = app.get(ConversationDeletion);
    await expect(deletion.delete(ada.user.id, asked[0].conversationId)).rejects.toThrow('killed here');
    expect((await ada.get('/api/files')).items).toHaveLength(2);
    // As the sweep of conversations does it.
    expect(await deletion.delete(ada.user.id, asked[0].conversationId)).toBe(true);
    expect(drop).toHaveBeenCalledTimes(2);
    expect((await ada.get('/api/files')).items.map(({ id }: any) => id)).toEqual([shared.id]);
    await deletion.delete(ada.user.id, asked[1].conversationId);
    expect((await ada.get('/api/files')).items).toEqual([]);
  });

  it('a content whose removal was begun goes, and what comes meanwhile does not', async () => {
    const file = await uploaded(ada, 'the same bytes');
    await ada.call('DELETE', `/api/files/${file.id}`);
    age(2 * HOUR_MS);
    const drops = jest.spyOn(app.get(FileContents), 'drop').mockRejectedValueOnce(new Error('killed here'));
    await expect(sweep.slowRound()).rejects.toThrow('killed here');
    expect(await app.get(ContentRecords).leaving(10)).toHaveLength(1);
    const later = await Person.logIn(app.url, ada.user.email);
    const again = await uploaded(later, 'the same bytes');
    drops.mockRestore();
    await sweep.slowRound();
    expect(await app.get(ContentRecords).leaving(10)).toEqual([]);
    expect(await (await later.call('GET', `/api/files/${again.id}/content`)).text()).toBe('the same bytes');
    expect(await formsOf(app)).toEqual(['text', 'upload']);
  });

  it('bytes that lie aside go after an hour', async () => {
    const keep = jest.spyOn(app.get(FileContents), 'keep').mockReturnValue(new Promise(() => {}));
    const discard = jest.spyOn(app.get(FileContents), 'discard').mockResolvedValue(undefined);
    upload(ada, 'never kept').catch(() => undefined);
    await eventually(() => keep.mock.calls.length > 0);
    discard.mockRestore();
    age(HOUR_MS / 2);
    expect(await app.get(FileContents).clearStaged(HOUR_MS)).toBe(0);
    age(HOUR_MS);
    const cleared = jest.spyOn(app.get(FileContents), 'clearStaged');
    await sweep.slowRound();
    expect(await cleared.mock.results[0].value).toBe(1);
  });

  describe('that cost their readers', () => {
    const killing = (reason: 'damaged' | 'took_too_long', times: number) => {
      let left = times;
      return readInstead(app, async (bytes, file) => {
        if (left-- > 0) throw new ReaderKilled(reason, 'killed');
        return readSimply(bytes, file);
      });
    };
    const refusal = async (response: Response) => {
      const { code, params } = (await response.json()) as any;
      return { status: response.status, code, reason: params?.reason };
    };

    it('twice are read all the same', async () => {
      const reads = killing('damaged', 2);
      expect(await uploaded(ada, 'heavy')).toMatchObject({ state: 'ready' });
      expect(reads).toHaveBeenCalledTimes(3);
    });

    it('three times can’t be read', async () => {
      const reads = killing('damaged', 3);
      expect(await refusal(await upload(ada, 'deadly'))).toEqual({
        ...{ status: 422, code: 'file_unreadable', reason: 'damaged' },
      });
      expect(reads).toHaveBeenCalledTimes(3);
      expect(await rows()).toEqual([]);
    });

    it('or take two minutes', async () => {
      const reads = killing('took_too_long', 3);
      expect(await refusal(await upload(ada, 'slow'))).toEqual({
        ...{ status: 422, code: 'file_unreadable', reason: 'took_too_long' },
      });
      expect(reads).toHaveBeenCalledTimes(2);
    });

    it('with their processes count, too', async () => {
      const never = readInstead(app, () => new Promise(() => {}));
      upload(ada, 'kills processes', 'a.txt').catch(() => undefined);
      await eventually(() => never.mock.calls.length > 0);
      const [{ id }] = await rows();
      const readings = app.get(Readings);
      for (let i = 0; i < 2; i++) await readings.claim(id, `of a process that died ${i}`, 0);
      age(20_000);
      await readings.claim(id, 'the last', 15_000);
      expect((await rows())[0].kills).toBe(3);
    });
  });
});
