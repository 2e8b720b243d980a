import { deflateRawSync } from 'node:zlib';

/** A ZIP file with these entries, in this order. `flags` of their headers: 1 is encrypted. The first one is stored as it is. */
export function zipOf(entries: Array<[name: string, content: string | Buffer]>, flags = 0): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [i, [name, content]] of entries.entries()) {
    const plain = Buffer.from(content);
    const isStored = i === 0 && flags === 0;
    const packed = isStored ? plain : deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), common, place, Buffer.from(name));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), end]);
}

/** Word documents whose body is this. */
export function docxOf(body: string | Buffer, more: Array<[string, string | Buffer]> = [], flags = 0): Buffer {
  return zipOf([['[Content_Types].xml', '<Types/>'], ['word/document.xml', body], ...more], flags);
}

/** A PDF of so many pages with a line of text each. */
export function pdfOf(pages: number, line: (page: number) => string): Buffer {
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', '', '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'];
  const kids: string[] = [];
  for (let page = 1; page <= pages; page++) {
    const content = `BT /F 12 Tf 50 700 Td (${line(page)}) Tj ET`;
    const box = '/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>';
    objects.push(`<</Type/Page/Parent 2 0 R${box}/Contents ${objects.length + 2} 0 R>>`);
    kids.push(`${objects.length} 0 R`);
    objects.push(`<</Length ${content.length}>>\nstream\n${content}\nendstream`);
  }
  objects[1] = `<</Type/Pages/Count ${pages}/Kids[${kids.join(' ')}]>>`;
  let out = '%PDF-1.7\n';
  const places: string[] = [];
  for (const [i, object] of objects.entries()) {
    places.push(`${String(out.length).padStart(10, '0')} 00000 n \n`);
    out += `${i + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  return Buffer.from(
    `${out}${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${out.length}\n%%EOF`,
  );
}
