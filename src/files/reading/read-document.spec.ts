import { docxOf, pdfOf, zipOf } from './archive.testing.js';
import { ChildFileReader } from './child-file-reader.js';
import type { ReadDocument } from './file-reader.js';
import type { DocumentType } from './file-types.js';
import { fileOf, fixture, PATIENT, SOURCE_READER } from './reading.testing.js';
import { sniff } from './sniff.js';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ODT = 'application/vnd.oasis.opendocument.text';

describe('documents', () => {
  const reader = new ChildFileReader({ maxPixels: 1000, script: SOURCE_READER, limits: PATIENT });
  afterAll(() => reader.close());

  async function read(bytes: Buffer | string, type: DocumentType): Promise<ReadDocument> {
    return (await reader.read(fileOf(bytes, type))) as ReadDocument;
  }
  async function written(name: string): Promise<ReadDocument> {
    const content = fixture(name);
    const type = await sniff(content, name);
    return (await reader.read({ content, type: type!, userId: 'ada' })) as ReadDocument;
  }
  /** The texts of the pages. */
  function pagesOf({ text, pageStarts = [] }: ReadDocument): string[] {
    return pageStarts.map((start, i) => text.slice(start, pageStarts[i + 1]).trim());
  }

  const PROSE = [
    'The committee met on 3 May to discuss the budget; the office’s flow was naïve.',
    'Der Überschuß beträgt 1.234 €, größer als erwartet.',
    'Ελληνικά, русский, 日本語, עברית, ภาษาไทย.',
    'As the auditors said.',
  ];

  it.each(['text.docx', 'text.odt', 'text.epub', 'text.pdf'])('reads every word of %s', async (name) => {
    const { text, truncated } = await written(name);
    for (const words of [...PROSE, 'First thing', 'Second thing', 'The north wing', 'Languages'])
      expect(text).toContain(words);
    expect(truncated).toBe(false);
  });

  it('keeps headings, lists, tables and notes of a document by LibreOffice, and by Word', async () => {
    const body = [
      ['# The north wing', PROSE[0]],
      ['- First thing', '- Second thing', 'Item\tCount\tPrice\nDoors\t12\t340.50\nWindows\t30\t99.00'],
      ['## Languages', PROSE[2], 'Code:   a\tb\nnext line'],
    ].map((parts) => parts.join('\n\n'));
    for (const name of ['text.odt', 'text.docx']) {
      const { text } = await written(name);
      for (const part of body) expect(text).toContain(part);
    }
  });

  it('reads the sheets of a workbook: its rows, dates, shared texts and results', async () => {
    const book = await written('book.xlsx');
    expect(book).toMatchObject({ pages: 2 });
    expect(pagesOf(book)).toEqual([
      '# Orders\n\nDay\tItem\tCount\tPaid\n2024-05-03\tDoors & frames\t12\tyes\n2024-06-01\t\t30.5\nSum\t\t42.5',
      '# Größen\n\ngrößer\t日本語',
    ]);
  });

  it('reads the slides of a presentation in their order, with their notes', async () => {
    const slides = await written('slides.pptx');
    expect(slides).toMatchObject({ pages: 2 });
    expect(pagesOf(slides)).toEqual([
      'The north wing\n\nFirst point\nSecond point\n\nSay hello first.',
      'Überschuß 日本語',
    ]);
  });

  it('knows where each page of a PDF begins', async () => {
    const pdf = await read(
      pdfOf(12, (page) => `This is page ${page}.`),
      'application/pdf',
    );
    expect(pdf.pages).toBe(12);
    expect(pagesOf(pdf)).toEqual(Array.from({ length: 12 }, (_, i) => `This is page ${i + 1}.`));
  });

  it('reads pages of the web as their readers see them', async () => {
    const page = `<!doctype html><title>Wing</title><script>alert(1)</script><style>p{}</style>
      <h2>North  wing</h2><p>Doors &amp; <b>win</b>dows<br>next<ul><li>one<li>two</ul>
      <table><tr><th>a<th>b<tr><td>1<td></table><pre>  if (x)\n    y</pre><img src="http://127.0.0.1/" alt="a door"><noscript>no</noscript>`;
    expect((await read(page, 'text/html')).text).toBe(
      'Wing\n\n## North wing\n\nDoors & windows\nnext\n\n- one\n\n- two\n\na\tb\n1\n\n  if (x)\n    y\n\na door',
    );
  });

  it('reads text as it stands, in UTF-8 and UTF-16', async () => {
    const text = '# Größe\n\n\ta  b;"c"\n日本語 😀';
    for (const type of ['text/plain', 'text/markdown', 'text/csv'] as const) {
      expect((await read(text, type)).text).toBe(text);
      expect((await read(Buffer.from(`\ufeff${text}`), type)).text).toBe(text);
      expect((await read(Buffer.from(`\ufeff${text}`, 'utf16le'), type)).text).toBe(text);
      expect((await read(text.replaceAll('\n', '\r\n'), type)).text).toBe(text);
    }
  });

  it('makes Unicode of text in Windows-1252', async () => {
    const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
    const table = latin1('Stra\xdfe;Gr\xf6\xdfe\r\nM\xfcller;\x84drei\x93 \x96 5\xa0\x80');
    expect((await read(table, 'text/csv')).text).toBe('Straße;Größe\nMüller;„drei“ – 5\u00a0€');
    const page = `<p>M\xfcller &amp; S\xf6hne</p>${'<b>gr\xf6\xdfer </b>'.repeat(10_000)}`;
    const { text } = await read(latin1(page), 'text/html');
    expect(text).toBe(`Müller & Söhne\n\n${'größer '.repeat(10_000).trim()}`);
    // Where only the middle of a long file is broken, it is no other code for that.
    const broken = Buffer.concat([
      Buffer.from('größer '.repeat(20_000)),
      latin1('\xff'),
      Buffer.from('ö'.repeat(70_000)),
    ]);
    await expect(read(broken, 'text/plain')).rejects.toMatchObject({ params: { reason: 'damaged' } });
  });

  it('cuts a text that is too long, never through a character', async () => {
    const long = await read(`a${'😀'.repeat(3_000_000)}`, 'text/plain');
    expect(long.truncated).toBe(true);
    expect(long.text.length).toBe(3_999_999);
    expect(long.text.endsWith('😀')).toBe(true);
    expect((await read('a'.repeat(4_000_000), 'text/plain')).truncated).toBe(false);
  });

  it('leaves out what was deleted, and second forms of what stands there already', async () => {
    const word = docxOf(
      '<w:document><w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>' +
        '<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>once</w:t></w:r></w:p></mc:Choice>' +
        '<mc:Fallback><w:p><w:r><w:t>twice</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:document>',
    );
    expect((await read(word, DOCX)).text).toBe('kept\n\nonce');
  });

  const sheet = (cells: string): Buffer =>
    zipOf([
      ['[Content_Types].xml', '<Types/>'],
      ['xl/workbook.xml', '<workbook><sheets><sheet name="S" r:id="a"/></sheets></workbook>'],
      ['xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="a" Target="worksheets/s.xml"/></Relationships>'],
      [
        'xl/styles.xml',
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\ mmm&quot; of &quot;yy"/><numFmt numFmtId="165" formatCode="0.0&quot; days&quot;"/></numFmts>' +
          '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs></styleSheet>',
      ],
      ['xl/worksheets/s.xml', `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>`],
    ]);

  it.each([
    ['<c s="1"><v>45415</v></c>', '2024-05-03'],
    ['<c s="3"><v>45415.75</v></c>', '2024-05-03 18:00:00'],
    ['<c s="4"><v>0.25</v></c>', '06:00:00'],
    ['<c s="2"><v>45415</v></c>', '45415'],
    ['<c s="1"><v>1e99</v></c>', '1e99'],
    ['<c s="99"><v>7</v></c>', '7'],
    ['<c t="inlineStr"><is><t>a</t><rPh><t>no</t></rPh></is></c>', 'a'],
    ['<c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c>', 'TRUE\t#DIV/0!'],
    ['<c r="A1"><v>1</v></c><c r="D1"><v>2</v></c><c r="XFD1"><v>3</v></c>', '1\t\t\t2\t\t3'],
    ['<c t="s"><v>5</v></c><c><v>1</v></c>', '\t1'],
  ])('shows the cells %s', async (cells, shown) => {
    expect((await read(sheet(cells), XLSX)).text).toBe(`# S\n\n${shown}\n`);
  });

  it.each<[string, DocumentType, Buffer | string]>([
    ['white space', 'text/plain', ' \n\t\u200b'],
    ['more white space than is read, and a letter', 'text/plain', `${' '.repeat(4_100_000)}x`],
    ['a page of script', 'text/html', '<script>alert(1)</script>'],
    ['a document without a word', DOCX, docxOf('<w:document/>')],
    ['a PDF of pictures', 'application/pdf', pdfOf(1, () => '')],
  ])('says that there is nothing to read in %s', async (_what, type, bytes) => {
    await expect(read(bytes, type)).rejects.toMatchObject({ code: 'file_unreadable', params: { reason: 'empty' } });
  });

  const locked = zipOf([
    [`mimetype`, ODT],
    ['META-INF/manifest.xml', '<manifest:manifest><manifest:encryption-data/></manifest:manifest>'],
  ]);
  const book = (encrypted: string): Buffer =>
    zipOf([
      ['mimetype', 'application/epub+zip'],
      ['META-INF/container.xml', '<rootfile full-path="o/b.opf"/>'],
      ['META-INF/encryption.xml', `<enc:CipherReference URI="${encrypted}"/>`],
      ['o/b.opf', '<manifest><item id="a" href="a%20b.html"/></manifest><spine><itemref idref="a"/></spine>'],
      ['o/a b.html', '<p>hello</p>'],
    ]);
  it.each<[string, DocumentType, () => Promise<ReadDocument>]>([
    ['a PDF', 'application/pdf', () => written('locked.pdf')],
    ['an entry of an archive', DOCX, () => read(docxOf('<w:t>a</w:t>', [], 1), DOCX)],
    ['an OpenDocument file', ODT, () => read(locked, ODT)],
    ['a chapter of a book', 'application/epub+zip', () => read(book('o/a%20b.html'), 'application/epub+zip')],
  ])('says of %s that it has a password', async (_what, _type, reading) => {
    await expect(reading()).rejects.toMatchObject({ code: 'file_unreadable', params: { reason: 'encrypted' } });
  });

  it('reads a book of which only the fonts are obfuscated', async () => {
    expect((await read(book('o/font.otf'), 'application/epub+zip')).text).toBe('hello');
  });
});
