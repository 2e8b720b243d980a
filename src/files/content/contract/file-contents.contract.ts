import { newId } from '../../../../libs/ids/index.js';
import type { FileContents } from '../file-contents.js';
import {
  addressFor,
  listed,
  type OpenedContents,
  pieces,
  put,
  read,
  someBytes,
  streamOf,
} from './file-contents.testing.js';

const HOUR_MS = 3_600_000;

/** What all FileContents must do. `openAway`: one whose backend does not answer. */
export function fileContentsContract(
  name: string,
  open: () => Promise<OpenedContents>,
  openAway?: () => Promise<OpenedContents>,
): void {
  describe(`FileContents: ${name}`, () => {
    let opened: OpenedContents;
    let contents: FileContents;
    beforeEach(async () => {
      opened = await open();
      contents = opened.contents;
    });
    afterEach(() => opened.close());

    it.each([0, 1, 1000, 262_144, 1_500_000])('gives back %d bytes as they came', async (length) => {
      const bytes = someBytes(length);
      const address = await put(contents, bytes);
      expect(await contents.size(address)).toBe(length);
      expect((await read(contents, address))!.equals(bytes)).toBe(true);
      expect((await contents.open(address))!.size).toBe(length);
    });

    it('knows nothing of what is not there', async () => {
      const address = addressFor(someBytes(10));
      expect(await contents.open(address)).toBeNull();
      expect(await contents.open(address, { first: 0, last: 3 })).toBeNull();
      expect(await contents.size(address)).toBeNull();
      await contents.drop(address);
      await contents.remove(address);
      await contents.discard(newId());
      expect(await listed(contents)).toEqual([]);
    });

    it.each([
      [0, 0],
      [0, 999_999],
      [5, 9],
      [262_143, 262_144],
      [261_119, 522_240],
      [999_999, 999_999],
    ])('gives the bytes from %d to %d', async (first, last) => {
      const bytes = someBytes(1_000_000);
      const address = await put(contents, bytes);
      const part = await contents.open(address, { first, last });
      expect(part!.size).toBe(bytes.length);
      part!.bytes.destroy();
      expect((await read(contents, address, { first, last }))!.equals(bytes.subarray(first, last + 1))).toBe(true);
    });

    it('tells contents, their ids and their forms apart', async () => {
      const [a, b] = [someBytes(100), someBytes(100)];
      const first = await put(contents, a);
      const other = { ...first, contentId: newId() };
      await contents.put({ ...first, form: 'thumb' }, streamOf(b));
      expect((await read(contents, first))!.equals(a)).toBe(true);
      expect((await read(contents, { ...first, form: 'thumb' }))!.equals(b)).toBe(true);
      expect([await contents.size({ ...first, form: 'model' }), await contents.size(other)]).toEqual([null, null]);
      await contents.put(other, streamOf(a));
      await contents.remove(first);
      expect([await contents.size(first), await contents.size({ ...first, form: 'thumb' })]).toEqual([null, null]);
      expect((await read(contents, other))!.equals(a)).toBe(true);
    });

    it('takes the same again, also many times at once', async () => {
      const bytes = someBytes(300_000);
      const address = addressFor(bytes);
      await Promise.all(Array.from({ length: 5 }, () => contents.put(address, streamOf(bytes))));
      await contents.put(address, streamOf(bytes));
      expect((await read(contents, address))!.equals(bytes)).toBe(true);
      expect(await listed(contents)).toEqual([{ ...address, size: bytes.length }]);
      await contents.drop(address);
      expect([await contents.size(address), await contents.open(address)]).toEqual([null, null]);
      await contents.put(address, streamOf(bytes));
      expect((await read(contents, address))!.equals(bytes)).toBe(true);
    });

    it('shows nothing of what lies aside, until it is kept', async () => {
      const bytes = someBytes(50_000);
      const address = addressFor(bytes);
      const staged = await contents.stage(pieces(bytes));
      expect([await contents.size(address), await listed(contents)]).toEqual([null, []]);
      await contents.keep(staged, address);
      await contents.discard(staged);
      expect((await read(contents, address))!.equals(bytes)).toBe(true);
      const dropped = await contents.stage(pieces(bytes));
      await contents.discard(dropped);
      await contents.discard(dropped);
      await expect(contents.keep(dropped, { ...address, form: 'thumb' })).rejects.toThrow();
      expect(await listed(contents)).toHaveLength(1);
    });

    it('passes on what the bytes break off with, and nothing is seen', async () => {
      const cut = new Error('the connection was cut');
      const broken = async function* () {
        yield someBytes(300_000);
        throw cut;
      };
      const address = addressFor(someBytes(1));
      await expect(contents.stage(broken())).rejects.toBe(cut);
      await expect(contents.put(address, broken())).rejects.toBe(cut);
      expect([await contents.size(address), await listed(contents)]).toEqual([null, []]);
      await opened.ageStaged(HOUR_MS);
      expect(await contents.clearStaged(HOUR_MS / 2)).toBe(0);
    });

    it('drops what has been lying aside for long, and nothing else', async () => {
      const [old, young, kept] = [someBytes(10_000), someBytes(10), someBytes(10)];
      const address = await put(contents, kept);
      const left = await contents.stage(pieces(old));
      await opened.ageStaged(HOUR_MS);
      const fresh = await contents.stage(pieces(young));
      expect(await contents.clearStaged(HOUR_MS / 2)).toBe(1);
      expect(await contents.clearStaged(HOUR_MS / 2)).toBe(0);
      await expect(contents.keep(left, addressFor(old))).rejects.toThrow();
      await contents.keep(fresh, addressFor(young));
      expect((await read(contents, address))!.equals(kept)).toBe(true);
      expect(await listed(contents)).toHaveLength(2);
    });

    it('whoever reads what is removed comes to its end or to an error, and never to other bytes', async () => {
      const bytes = someBytes(2_000_000);
      const address = await put(contents, bytes);
      const reading = (await contents.open(address))!.bytes;
      const seen: Buffer[] = [];
      let failed = false;
      try {
        for await (const chunk of reading) {
          if (seen.push(chunk as Buffer) === 1) await contents.remove(address);
        }
      } catch {
        failed = true;
      }
      const all = Buffer.concat(seen);
      expect(bytes.subarray(0, all.length).equals(all)).toBe(true);
      expect(failed || all.length === bytes.length).toBe(true);
    });

    it('lets readers go in the middle', async () => {
      const address = await put(contents, someBytes(2_000_000));
      for (let i = 0; i < 20; i++) {
        const { bytes } = (await contents.open(address))!;
        for await (const _ of bytes) break;
        expect(bytes.destroyed).toBe(true);
      }
    });

    it('lists all that is kept, each once, whatever the pages', async () => {
      const addresses = [];
      for (let i = 0; i < 7; i++) addresses.push({ ...(await put(contents, someBytes(i))), size: i });
      addresses.push({ ...(await put(contents, someBytes(8), { ...addresses[0], form: 'thumb' })), size: 8 });
      const byName = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
      for (const limit of [1, 3, 8, 100]) {
        expect((await listed(contents, limit)).sort(byName)).toEqual([...addresses].sort(byName));
      }
    });

    it('answers, and closes any number of times', async () => {
      await contents.ping();
      await contents.close();
      await contents.close();
    });

    if (!openAway) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const away = await openAway();
      const address = addressFor(someBytes(1));
      const calls: Array<() => Promise<unknown>> = [
        () => away.contents.stage(pieces(someBytes(300_000))),
        () => away.contents.keep(newId(), address),
        () => away.contents.put(address, streamOf(someBytes(10))),
        () => away.contents.open(address),
        () => away.contents.size(address),
        () => away.contents.drop(address),
        () => away.contents.list({ limit: 10 }),
        () => away.contents.clearStaged(0),
        () => away.contents.ping(),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await away.close();
    });
  });
}
