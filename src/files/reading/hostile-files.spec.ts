import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { docxOf, pdfOf, zipOf } from './archive.testing.js';
import { ChildFileReader } from './child-file-reader.js';
import type { ReadFile } from './file-reader.js';
import type { DocumentType } from './file-types.js';
import { fileOf, fixture, peakOf, PATIENT, SOURCE_READER } from './reading.testing.js';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const MB = 1024 * 1024;

/** A workbook with one sheet, which is not there. */
const bookOf = (more: Array<[string, string]>): Buffer =>
  zipOf([['[Content_Types].xml', ''], ['xl/workbook.xml', '<workbook><sheet name="S" r:id="s"/></workbook>'], ...more]);

/** Each is refused or read; in either case the process is the one from before, and has held less than it may. */
describe('hostile documents', () => {
  // Never replaced: whatever it is left with by one file, it has for the next.
  const options = { maxPixels: 1000, script: SOURCE_READER, limits: PATIENT, filesOfOne: 1000 };
  const reader = new ChildFileReader(options);
  afterAll(() => reader.close());
  beforeEach(async () => {
    await reader.read(fileOf('hello', 'text/plain'));
  });

  async function outcome(bytes: Buffer | string, type: DocumentType): Promise<ReadFile | string> {
    const { pid } = reader;
    const came = await reader.read(fileOf(bytes, type)).catch((error: Error & { params?: { reason: string } }) => {
      return error.params?.reason ?? String(error);
    });
    expect(reader.pid).toBe(pid);
    expect(peakOf(pid)).toBeLessThan(512);
    return came;
  }

  it('stops unpacking a bomb', async () => {
    const zeros = Buffer.alloc(150 * MB, ' ');
    expect(await outcome(docxOf(Buffer.concat([Buffer.from('<w:p>'), zeros])), DOCX)).toBe('too_big');
    const part = Buffer.alloc(50 * MB, ' ');
    const parts = ['word/footnotes.xml', 'word/endnotes.xml'].map((name): [string, Buffer] => [name, part]);
    expect(await outcome(docxOf(part, parts), DOCX)).toBe('too_big');
  });

  it('does not hold the shared texts of a bomb', async () => {
    const shared = Buffer.from(`<sst>${'<si><t>0123456789</t></si>'.repeat(4_000_000)}</sst>`);
    const book = zipOf([
      ['[Content_Types].xml', ''],
      ['xl/workbook.xml', '<workbook/>'],
      ['xl/sharedStrings.xml', shared],
    ]);
    expect(await outcome(book, XLSX)).toBe('too_big');
  });

  it('expands no entity', async () => {
    const laughs = Array.from({ length: 20 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
    const body = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">${laughs}]><w:document><w:p><w:t>said &l20; &f;</w:t></w:p></w:document>`;
    expect(await outcome(docxOf(body), DOCX)).toMatchObject({ text: 'said &l20; &f;' });
  });

  it('refuses markup that is nested without end, and reads attributes without end', async () => {
    expect(await outcome(docxOf('<w:p>'.repeat(4_000_000)), DOCX)).toBe('damaged');
    expect(await outcome('<div>'.repeat(4_000_000), 'text/html')).toBe('damaged');
    expect(await outcome(`${'<div>'.repeat(1000)}deep`, 'text/html')).toMatchObject({ text: 'deep' });
    const wide = `<p ${Array.from({ length: 200_000 }, (_, i) => `a${i}="b"`).join(' ')}>wide`;
    expect(await outcome(wide, 'text/html')).toMatchObject({ text: 'wide' });
    expect(await outcome(`<p title="${'x'.repeat(20 * MB)}">wide`, 'text/html')).toMatchObject({ text: 'wide' });
  });

  // So long that whatever begins to look from each place anew never comes to an end.
  const LONG = 8_000_000;
  it.each(['[', '"', '\\', '_', '[h', '"['])('reads once through a format of cells that is all %s', async (unit) => {
    for (const formatCode of [unit.repeat(LONG / unit.length), `[${unit.slice(1).repeat(LONG)}`]) {
      const styles = `<numFmts><numFmt numFmtId="164" formatCode='${formatCode}'/></numFmts>`;
      expect(await outcome(bookOf([['xl/styles.xml', styles]]), XLSX)).toMatchObject({ text: '# S\n\n' });
    }
  });

  it('reads once through a path that goes down and up again', async () => {
    const path = 'a/'.repeat(LONG / 4) + 'x/../'.repeat(LONG / 10);
    const relations = `<Relationships><Relationship Id="s" Target="${path}"/></Relationships>`;
    const workbook = bookOf([['xl/_rels/workbook.xml.rels', relations]]);
    expect(await outcome(workbook, XLSX)).toMatchObject({ text: '# S\n\n' });
    const book = zipOf([
      ['mimetype', 'application/epub+zip'],
      ['META-INF/container.xml', '<rootfile full-path="o/b.opf"/>'],
      ['o/b.opf', `<item id="a" href="${path}"/><item id="b" href="b.html"/><itemref idref="a"/><itemref idref="b"/>`],
      ['o/b.html', '<p>hello</p>'],
    ]);
    expect(await outcome(book, 'application/epub+zip')).toMatchObject({ text: 'hello' });
  });

  it.each(['../../../../etc/passwd', '/etc/passwd', 'a\\..\\b', 'a\0b', '\u202excod.txt', 'n'.repeat(300)])(
    'writes no entry of an archive anywhere, whatever it is called: %j',
    async (name) => {
      const book = docxOf('<w:document><w:p><w:t>hello</w:t></w:p></w:document>', [[name, 'somewhere']]);
      const came = await outcome(book, DOCX);
      // What is no name in an archive makes it one that is not read at all.
      expect(came === 'damaged' || (came as { text: string }).text === 'hello').toBe(true);
    },
  );

  it('follows no reference out of an archive', async () => {
    const relations =
      '<Relationships><Relationship Id="a" TargetMode="External" Target="http://127.0.0.1/"/><Relationship Id="b" Target="../../../../etc/passwd"/></Relationships>';
    const book = zipOf([
      ['[Content_Types].xml', ''],
      ['xl/workbook.xml', '<workbook><sheet name="A" r:id="a"/><sheet name="B" r:id="b"/></workbook>'],
      ['xl/_rels/workbook.xml.rels', relations],
    ]);
    expect(await outcome(book, XLSX)).toMatchObject({ text: '# A\n\n\n# B\n\n' });
  });

  it('reads a PDF of 5,000 pages', async () => {
    const pdf = pdfOf(5000, (page) => `Page ${page} ${'of a long book '.repeat(40)}`);
    const came = await outcome(pdf, 'application/pdf');
    expect(came).toMatchObject({ kind: 'document', pages: 5000, truncated: false });
    expect((came as { pageStarts: number[] }).pageStarts).toHaveLength(5000);
  });

  it('reads of a PDF of 5,000 full pages what may be kept', async () => {
    const pdf = pdfOf(5000, (page) => `Page ${page} ${'of a long book '.repeat(200)}`);
    const came = (await outcome(pdf, 'application/pdf')) as { text: string; pageStarts: number[] };
    expect(came).toMatchObject({ kind: 'document', pages: 5000, truncated: true });
    expect(came.text).toHaveLength(4_000_000);
    expect(came.pageStarts.length).toBeLessThan(2000);
  });

  it('gets out of a PDF whose pages go round in a circle, or which is cut off', async () => {
    const pdf = pdfOf(3, (page) => `Page ${page}`).toString('latin1');
    await outcome(pdf.replace(/\/Kids\[[^\]]*\]/, '/Kids[2 0 R 2 0 R]'), 'application/pdf');
    await outcome(pdf.slice(0, 400), 'application/pdf');
    expect(await outcome('%PDF-1.7\nnothing', 'application/pdf')).toBe('damaged');
  });

  it('is killed by a PDF whose stream is a bomb, and is there again', async () => {
    const bomb = deflateRawSync(Buffer.alloc(300 * MB, ' '));
    const packed = Buffer.concat([Buffer.from([0x78, 0xda]), bomb, Buffer.alloc(4)]);
    const stream = `<</Length ${packed.length}/Filter/FlateDecode>>\nstream\n${packed.toString('latin1')}\nendstream`;
    const pdf = pdfOf(1, () => '').toString('latin1');
    const bytes = Buffer.from(
      pdf.replace(/<<\/Length[^]*?endstream/, () => stream),
      'latin1',
    );
    const limits = { ...PATIENT, memoryBytes: 256 * MB };
    const small = new ChildFileReader({ maxPixels: 1000, script: SOURCE_READER, limits });
    try {
      const reading = small.read(fileOf(bytes, 'application/pdf'));
      await expect(reading).rejects.toMatchObject({ name: 'ReaderKilled', reason: 'too_big' });
      expect(await small.read(fileOf('hello', 'text/plain'))).toMatchObject({ text: 'hello' });
    } finally {
      await small.close();
    }
  });

  it.each(['text.docx', 'text.odt', 'text.epub', 'book.xlsx', 'slides.pptx', 'text.pdf'])(
    'survives %s with one byte after the other turned over',
    async (name) => {
      const types: Record<string, DocumentType> = {
        docx: DOCX,
        xlsx: XLSX,
        odt: 'application/vnd.oasis.opendocument.text',
        epub: 'application/epub+zip',
        pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
        pdf: 'application/pdf',
      };
      const whole = readFileSync(fixture(name));
      const known = ['damaged', 'encrypted', 'empty', 'too_big'];
      for (let i = 0; i < 15; i++) {
        const bytes = Buffer.from(whole);
        bytes[Math.floor((whole.length * (i + 0.5)) / 15)] ^= 0xff;
        const came = await outcome(bytes, types[name.split('.')[1]]);
        expect(typeof came === 'string' ? known : ['document']).toContain(typeof came === 'string' ? came : came.kind);
      }
    },
  );

  it('is the same process after all of it, and has held less than it may', async () => {
    expect(await outcome('hello', 'text/plain')).toMatchObject({ text: 'hello' });
  });
});
