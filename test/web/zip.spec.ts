import { promisify } from 'node:util';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';
import { zip } from '../../web/src/files/zip.js';

/** Read by somebody else's code. */
async function read(archive: Blob): Promise<unknown[]> {
  const open = promisify<Buffer, Options, ZipFile>(fromBuffer);
  const file = await open(Buffer.from(await archive.arrayBuffer()), { lazyEntries: false, autoClose: true });
  const found: Promise<unknown>[] = [];
  file.on('entry', (entry: Entry) => found.push(contentOf(file, entry)));
  await new Promise((resolve, reject) => file.on('end', resolve).on('error', reject));
  return Promise.all(found);
}

async function contentOf(file: ZipFile, entry: Entry): Promise<unknown> {
  const stream = await promisify(file.openReadStream.bind(file) as typeof file.openReadStream)(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return [entry.fileName, Buffer.concat(chunks).toString(), entry.crc32, entry.getLastModDate().getTime()];
}

describe('zip', () => {
  it('makes an archive that others read, with names of all letters, and of nothing too', async () => {
    const at = new Date(2026, 0, 31, 12, 30, 10);
    const entries = [
      { name: 'Gespräch “1”.md', bytes: new TextEncoder().encode('# Leases\n') },
      { name: 'files/a.txt', bytes: new TextEncoder().encode('ä'.repeat(10_000)) },
      { name: 'files/check', bytes: new TextEncoder().encode('123456789') },
      { name: 'files/empty', bytes: new Uint8Array() },
    ];
    const found = await read(zip(entries, at));
    expect(found).toEqual(
      entries.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes), expect.any(Number), at.getTime()]),
    );
    // The check value of CRC-32, as every description of it gives it.
    expect(found[2]).toContain(0xcbf43926);
    expect(await read(zip([]))).toEqual([]);
  });
});
