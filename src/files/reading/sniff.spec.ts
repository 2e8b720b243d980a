import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fixture } from './reading.testing.js';
import { sniff } from './sniff.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('sniff', () => {
  it.each([
    ['text.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['slides.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
    ['book.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['text.odt', 'application/vnd.oasis.opendocument.text'],
    ['text.epub', 'application/epub+zip'],
    ['text.pdf', 'application/pdf'],
  ])('knows %s by its bytes, whatever it is called', async (name, type) => {
    for (const called of [name, 'cat.png', 'page.html', '']) expect(await sniff(fixture(name), called)).toBe(type);
  });

  it('has a test for each file that there is', async () => {
    const names = await readdir(dirname(fixture('text.pdf')));
    for (const name of names) expect(await sniff(fixture(name), 'x')).not.toBeNull();
  });

  it.each([
    ['image/png', latin1('\x89PNG\r\n\x1a\n\0')],
    ['image/jpeg', latin1('\xff\xd8\xff\xe0')],
    ['image/gif', latin1('GIF89a<script>')],
    ['image/webp', latin1('RIFF\0\0\0\0WEBPVP8 ')],
    ['image/heic', latin1('\0\0\0\x18ftypheic\0\0\0\0')],
    ['application/pdf', latin1('%PDF-1.7\n<html>')],
  ])('knows %s by its signature', async (type, bytes) => {
    expect(await sniff(bytes, 'a.txt')).toBe(type);
  });

  it.each([
    ['a.txt', 'text/plain'],
    ['a', 'text/plain'],
    ['a.CSV', 'text/csv'],
    ['a.md', 'text/markdown'],
    ['a.html', 'text/html'],
    ['a.ts', 'text/plain'],
    ['a.svg', 'text/plain'],
    ['a.png', 'text/plain'],
    ['../../etc/passwd', 'text/plain'],
    ['a\0.md', 'text/markdown'],
    ['\u202efdp.md', 'text/markdown'],
    [`${'a'.repeat(300)}.csv`, 'text/csv'],
  ])('lets the name choose among kinds of text: %j', async (name, type) => {
    expect(await sniff(Buffer.from('naïve — 日本語\n'), name)).toBe(type);
  });

  it('knows a page without a name for it', async () => {
    expect(await sniff(Buffer.from('\n<!DOCTYPE html><p>hello'), 'a')).toBe('text/html');
    expect(await sniff(Buffer.from('<svg onload="alert(1)">'), 'a.png')).toBe('text/plain');
  });

  it.each([
    ['umlaut.csv', 'Stra\xdfe;Gr\xf6\xdfe\nM\xfcller;3\r\n', 'text/csv'],
    ['a.txt', 'na\xefve', 'text/plain'],
    ['a.txt', '\x84Die Gr\xf6\xdfe\x93 \x96 5,50 \x80\t\f', 'text/plain'],
    ['a.html', '<p>\xc0 la carte \xab\xe9t\xe9\xbb</p>', 'text/html'],
    ['a.csv', `${'a;b\n'.repeat(50_000)}Stra\xdfe;1\n`, 'text/csv'],
  ])('knows text in Windows-1252: %s, %j', async (name, text, type) => {
    expect(await sniff(latin1(text), name)).toBe(type);
  });

  it('reads UTF-16 with its mark', async () => {
    const text = '\ufeffnaïve 日本語';
    expect(await sniff(Buffer.from(text, 'utf16le'), 'a.csv')).toBe('text/csv');
    expect(await sniff(Buffer.from(text, 'utf16le').swap16(), 'a.csv')).toBe('text/csv');
  });

  it.each([
    ['a null character', Buffer.from('text\0text')],
    ['UTF-8 of which a byte is broken', latin1(`${Buffer.from('größer, naïve').toString('latin1')}\xff`)],
    ['a mark of UTF-8 before what is none', latin1('\xef\xbb\xbfna\xefve')],
    ['Cyrillic in a code of its own', latin1('\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0!')],
    ['Cyrillic among numbers', latin1(`1234567890;\xf1\xf2\xee\xe8\xec\xee\xf1\xf2\xfc;${'0'.repeat(50)}`)],
    ['Japanese in Shift JIS', latin1('abc \x93\xfa\x96\x7b\x8c\xea\x81\x42 def')],
    ['an escape in no UTF-8', latin1('na\xefve \x1b[0m')],
    ['control characters', Buffer.from('\x01\x02\x03')],
    ['UTF-16 without a mark', Buffer.from('text', 'utf16le')],
    ['a program', latin1('\x7fELF\x02\x01\x01\0')],
    ['an old Word file', latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + '\0'.repeat(512))],
    ['rich text', Buffer.from('{\\rtf1\\ansi hello}')],
    ['an archive', latin1('PK\x03\x04' + '\0'.repeat(26) + 'a.txtPK\x05\x06' + '\0'.repeat(18))],
    ['an archive that is cut off', latin1('PK\x03\x04' + '\0'.repeat(26))],
    ['an archive whose directory is elsewhere', latin1('PK\x03\x04PK\x05\x06' + '\xff'.repeat(18))],
    ['a picture of another kind', latin1('II*\0')],
  ])('knows nothing to be read in %s', async (_what, bytes) => {
    expect(await sniff(bytes, 'a.txt')).toBeNull();
  });

  it('says what is empty, and what has a password', async () => {
    await expect(sniff(Buffer.alloc(0), 'a.txt')).rejects.toMatchObject({
      code: 'file_unreadable',
      params: { reason: 'empty' },
    });
    const parts = [latin1('\xd0\xcf\x11\xe0' + '\0'.repeat(100_000)), Buffer.from('EncryptedPackage', 'utf16le')];
    await expect(sniff(Buffer.concat(parts), 'a.docx')).rejects.toMatchObject({
      code: 'file_unreadable',
      params: { reason: 'encrypted' },
    });
  });

  describe('of a long file', () => {
    let folder: string;
    beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'parley-sniff-'))));
    afterAll(() => rm(folder, { recursive: true }));

    /** Characters of two to four bytes, so that each place where it is cut is inside of one sometime. */
    const units = ['é', '日', '😀'];
    it.each(units.flatMap((unit) => [0, 1, 2, 3].map((shift) => [unit, shift] as const)))(
      'looks at its beginning and its end, between characters: %s, %i bytes on',
      async (unit, shift) => {
        const text = 'a'.repeat(shift) + unit.repeat(60_000) + 'b';
        const path = join(folder, 'a');
        for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
          await writeFile(path, bytes);
          expect(await sniff(path, 'a.txt')).toBe('text/plain');
          await writeFile(path, Buffer.concat([bytes, Buffer.alloc(4)]));
          expect(await sniff(path, 'a.txt')).toBeNull();
        }
      },
    );
  });
});
