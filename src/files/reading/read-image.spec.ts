import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { ChildFileReader } from './child-file-reader.js';
import type { ReadImage } from './file-reader.js';
import type { ImageType } from './file-types.js';
import { fileOf, peakOf, PATIENT, SOURCE_READER } from './reading.testing.js';

const MAX_PIXELS = 1_000_000;

/** A PNG of any size, of whose pixels hardly any are there. */
function pngHead(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
  ]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  let crc = ~0;
  for (const byte of body) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(~crc >>> 0);
  return Buffer.concat([length, body, sum]);
}

const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });
/** What compresses badly. */
function noise(width: number, height: number, channels: 3 | 4) {
  const data = Buffer.alloc(width * height * channels);
  for (let i = 0, x = 1; i < data.length; i++) data[i] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
  return sharp(data, { raw: { width, height, channels } });
}

describe('pictures', () => {
  const reader = new ChildFileReader({ maxPixels: MAX_PIXELS, script: SOURCE_READER, limits: PATIENT });
  afterAll(() => reader.close());
  const read = async (bytes: Buffer, type: ImageType) => (await reader.read(fileOf(bytes, type))) as ReadImage;
  const refusal = (bytes: Buffer, type: ImageType) =>
    reader.read(fileOf(bytes, type)).then(
      () => 'read',
      (e: unknown) => e,
    );

  it.each(['png', 'jpeg', 'webp', 'gif'] as const)(
    'writes a %s anew in its own format, with smaller forms',
    async (format) => {
      const { forms } = await read(await drawn(900, 600)[format]().toBuffer(), `image/${format}`);
      expect(forms.original).toMatchObject({ mediaType: `image/${format}`, width: 900, height: 600 });
      expect(forms.thumb).toMatchObject({ mediaType: 'image/webp', width: 512, height: 341 });
      expect(forms.model).toMatchObject({ width: 900, height: 600 });
      for (const { bytes, mediaType, width } of Object.values(forms)) {
        expect(await sharp(bytes).metadata()).toMatchObject({ format: mediaType.slice(6), width });
      }
    },
  );

  it.each([
    [150_000, 1],
    [1, 150_000],
  ])('reads a picture of %i × %i pixels', async (width, height) => {
    const { forms } = await read(await drawn(width, height).png().toBuffer(), 'image/png');
    expect(forms.original).toMatchObject({ mediaType: 'image/png', width, height });
    expect(Math.max(forms.thumb.width, forms.thumb.height)).toBe(512);
  });

  it.each([
    [1_000_001, 1],
    [1, 1_000_001],
    [20_000_000, 1],
  ])('says of a picture of %i × %i that it has too many pixels', async (width, height) => {
    expect(await refusal(pngHead(width, height), 'image/png')).toMatchObject({
      ...{ code: 'file_unreadable', params: { reason: 'too_many_pixels', maximum: MAX_PIXELS } },
    });
  });

  it('turns a photo upright, and leaves out where it was taken', async () => {
    const photo = await drawn(300, 200)
      .jpeg()
      .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const { forms } = await read(photo, 'image/jpeg');
    for (const { bytes, width, height } of Object.values(forms)) {
      expect([width, height]).toEqual([200, 300]);
      const { exif, xmp, iptc, icc, orientation } = await sharp(bytes).metadata();
      expect({ exif, xmp, iptc, icc, orientation }).toEqual({});
    }
  });

  it('makes a form for models of at most 1,568 pixels and 1 MB, whatever is in it', async () => {
    const big = new ChildFileReader({ maxPixels: 40_000_000, script: SOURCE_READER, limits: PATIENT });
    try {
      const file = fileOf(await noise(3000, 2000, 4).png({ compressionLevel: 1 }).toBuffer(), 'image/png');
      const { forms } = (await big.read(file)) as ReadImage;
      expect(forms.model).toMatchObject({ mediaType: 'image/jpeg', width: 1568, height: 1045 });
      expect(forms.model.bytes.length).toBeLessThanOrEqual(1024 * 1024);
      expect(forms.thumb.bytes.length).toBeLessThanOrEqual(256 * 1024);
      expect(forms.original).toMatchObject({ mediaType: 'image/png', width: 3000, height: 2000 });
    } finally {
      await big.close();
    }
  });

  it('keeps holes, and the frames of an animation', async () => {
    const hollow = await sharp({ create: { width: 20, height: 20, channels: 4, background: '#f008' } })
      .png()
      .toBuffer();
    const { forms } = await read(hollow, 'image/png');
    for (const { bytes } of Object.values(forms)) expect((await sharp(bytes).metadata()).hasAlpha).toBe(true);
    const frames = await sharp(
      await Promise.all(
        ['red', 'blue', 'lime'].map((background) =>
          sharp({ create: { width: 30, height: 20, channels: 3, background } })
            .png()
            .toBuffer(),
        ),
      ),
      { join: { animated: true } },
    )
      .gif({ delay: [100, 200, 300], loop: 2 })
      .toBuffer();
    const { original, model } = (await read(frames, 'image/gif')).forms;
    expect(original).toMatchObject({ width: 30, height: 20 });
    expect(await sharp(original.bytes).metadata()).toMatchObject({ pages: 3, loop: 2, delay: [100, 200, 300] });
    expect((await sharp(model.bytes).metadata()).pages).toBeUndefined();
  });

  it.each([
    ['10,000 × 10,000 pixels', () => drawn(10_000, 10_000).png().toBuffer()],
    ['a head that promises 30,000 × 30,000', () => Promise.resolve(pngHead(30_000, 30_000))],
  ])('refuses %s before it is decoded', async (_what, made) => {
    const bytes = await made();
    const pid = reader.pid;
    expect(await refusal(bytes, 'image/png')).toMatchObject({
      code: 'file_unreadable',
      status: 422,
      params: { reason: 'too_many_pixels', maximum: MAX_PIXELS },
    });
    expect(reader.pid).toBe(pid);
    expect(peakOf(reader.pid)).toBeLessThan(256);
  });

  const png = () => drawn(40, 40).png().toBuffer();
  const cut = async () => (await noise(200, 200, 3).png().toBuffer()).subarray(0, 20_000);
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>';
  it.each<[string, ImageType, () => Promise<Buffer>]>([
    ['cut off', 'image/png', cut],
    ['of another kind than it is said to be', 'image/gif', png],
    ['an SVG with a script, whatever it is called', 'image/png', () => Promise.resolve(Buffer.from(svg))],
    ['nothing but a signature', 'image/jpeg', () => Promise.resolve(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))],
    ['a TIFF', 'image/png', () => drawn(9, 9).tiff().toBuffer()],
    ['empty', 'image/png', () => Promise.resolve(Buffer.alloc(0))],
  ])('refuses a picture that is %s', async (_what, type, made) => {
    expect(await refusal(await made(), type)).toMatchObject({ code: 'file_unreadable', params: { reason: 'damaged' } });
  });

  it('says of HEIC what the library can', async () => {
    const heif = await drawn(64, 64).heif({ compression: 'av1' }).toBuffer();
    // The kind that phones take, in all but its pixels.
    const heic = Buffer.from(heif.toString('latin1').replaceAll('av01', 'hvc1').replace('avif', 'heic'), 'latin1');
    expect(await refusal(heic, 'image/heic')).toMatchObject({
      code: expect.stringMatching(/^file_(type_unsupported|unreadable)$/) as string,
    });
  });

  it('writes a polyglot anew as the picture that it is, without the rest', async () => {
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const zip = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1');
    const gif = await drawn(30, 30).gif().toBuffer();
    const inside = await drawn(30, 30).png().toBuffer();
    const hidden = Buffer.concat([inside.subarray(0, 33), chunk('tEXt', page), inside.subarray(33)]);
    for (const [type, bytes] of [
      ['image/gif', Buffer.concat([gif, page, zip])],
      ['image/png', hidden],
    ] as const) {
      const { forms } = await read(bytes, type);
      for (const form of Object.values(forms)) {
        expect(form.bytes.includes('<script>')).toBe(false);
        expect(form.bytes.includes('PK\x05\x06')).toBe(false);
      }
    }
  });

  it('is not blown up by what a picture carries along', async () => {
    const inside = await png();
    const text = Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(300_000_000), { level: 9 })]);
    const bomb = Buffer.concat([inside.subarray(0, 33), chunk('zTXt', text), inside.subarray(33)]);
    await refusal(bomb, 'image/png');
    expect(peakOf(reader.pid)).toBeLessThan(512);
    await expect(read(inside, 'image/png')).resolves.toMatchObject({ kind: 'image' });
  });
});
