import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { ImageForm } from '../file-reader.js';
import type { ImageType } from '../file-types.js';
import { LARGEST_FORM, MODEL, THUMB } from '../limits.js';
import { library, Unreadable, Unsupported } from './failures.js';
import { loadSharp } from './load-sharp.js';
import type { Said } from '../reader-answer.js';

type Format = ImageForm['mediaType'];

/** Of more pixels the encoders of WebP and GIF hold too much: up to 30 bytes for each. */
const LARGE = 6_000_000;
/** The most that such a picture may have, as its decoder holds it. */
const LARGEST_GIF = 25_000_000;
/** Pixels of one frame of an animation, and of all together, as a share of what one picture may have. */
const ANIMATION = { 'image/gif': { frame: LARGE, all: 3 }, 'image/webp': { frame: 2_000_000, all: 1 } };
/** What a decoder may hold that needs the whole picture at once, bytes. */
const MOST_AT_ONCE = 300_000_000;
/** From the best on; the first that makes it small enough is taken. */
const QUALITIES = [85, 70, 55, 40, 25];
/** The library's limit is taken off, because ours is looked at before anything is decoded. */
const OPTIONS: SharpOptions = { failOn: 'error', limitInputPixels: false };

/** Decodes a picture, and writes it anew: upright, in sRGB, without metadata. */
export async function readImage(type: ImageType, content: Buffer, maxPixels: number): Promise<Said> {
  const sharp = await library(loadSharp);
  const metadata = await sharp(content, OPTIONS).metadata();
  if (metadata.format !== (type === 'image/heic' ? 'heif' : type.slice('image/'.length)))
    throw new Unreadable('damaged');
  refuseLarge(metadata, maxPixels);
  const animation = (metadata.pages ?? 1) > 1 && (type === 'image/gif' || type === 'image/webp') ? type : null;
  if (animation) refuseLong(animation, metadata, maxPixels);
  const source = sharp(content, { ...OPTIONS, animated: animation !== null }).autoOrient();
  const original = await form(as(formatOf(type, metadata, content), source, metadata, content)).catch(
    (error: unknown) => {
      // The library knows HEIC, and was built without the decoder for most of it.
      throw metadata.compression === 'hevc' ? new Unsupported() : error;
    },
  );
  if (original.bytes.length > LARGEST_FORM) throw new Unreadable('too_big');
  const model = await modelForm(() => sharp(original.bytes, OPTIONS), type);
  const thumb = await fitting(THUMB.bytes, (quality) =>
    sharp(model.bytes, OPTIONS).resize(within(THUMB.side)).webp({ quality }),
  );
  const { bytes, ...said } = original;
  const head = { kind: 'image', original: said, thumb: withoutBytes(thumb), model: withoutBytes(model) };
  return [head as Said[0], bytes, thumb.bytes, model.bytes];
}

function frameOf({ width, height, pageHeight }: Metadata): number {
  return width * (pageHeight ?? height);
}

function refuseLarge(metadata: Metadata, maxPixels: number): void {
  const frame = frameOf(metadata);
  if (frame > maxPixels) throw new Unreadable('too_many_pixels');
  const isWhole = metadata.isProgressive || (metadata.orientation ?? 1) > 1;
  const bytes = frame * metadata.channels * (metadata.depth === 'ushort' ? 2 : 1);
  if (isWhole && bytes > MOST_AT_ONCE) throw new Unreadable('too_big');
  if (metadata.format === 'gif' && frame > LARGEST_GIF) throw new Unreadable('too_big');
}

function refuseLong(type: keyof typeof ANIMATION, metadata: Metadata, maxPixels: number): void {
  const frame = frameOf(metadata);
  if (frame > ANIMATION[type].frame) throw new Unreadable('too_big');
  if (frame * (metadata.pages ?? 1) > ANIMATION[type].all * maxPixels) throw new Unreadable('too_many_pixels');
}

/** That in which it came, but for HEIC, and for what is too large to be written so. */
function formatOf(type: ImageType, metadata: Metadata, content: Buffer): Format {
  if (type === 'image/heic') return 'image/jpeg';
  if (type === 'image/png' || type === 'image/jpeg' || frameOf(metadata) <= LARGE) return type;
  return type === 'image/gif' || metadata.hasAlpha || isLossless(content) ? 'image/png' : 'image/jpeg';
}

/** Of a WebP. */
function isLossless(content: Buffer): boolean {
  return content.subarray(0, 4096).includes('VP8L');
}

function as(format: Format, picture: Sharp, { isPalette, chromaSubsampling }: Metadata, content: Buffer): Sharp {
  switch (format) {
    case 'image/png':
      return picture.png({ palette: isPalette ?? false, quality: 100, dither: 0 });
    case 'image/gif':
      return picture.gif();
    case 'image/webp': {
      const lossless = isLossless(content);
      return picture.webp({ lossless, quality: 90, effort: lossless ? 2 : 4 });
    }
    case 'image/jpeg':
      return picture.jpeg({
        quality: 90,
        chromaSubsampling: chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0',
        // A few per cent smaller, for which it would hold the whole picture.
        optimiseCoding: false,
      });
  }
}

/** As PNG what came without loss, or with holes, where that is small enough; else as JPEG, on white. */
async function modelForm(open: () => Sharp, type: ImageType): Promise<ImageForm> {
  const small = (): Sharp => open().resize(within(MODEL.side));
  if (type === 'image/png' || type === 'image/gif') {
    const png = await form(small().png());
    if (png.bytes.length <= MODEL.bytes) return png;
  }
  return fitting(MODEL.bytes, (quality) => small().flatten({ background: 'white' }).jpeg({ quality }));
}

function within(side: number): { width: number; height: number; fit: 'inside'; withoutEnlargement: true } {
  return { width: side, height: side, fit: 'inside', withoutEnlargement: true };
}

async function fitting(most: number, made: (quality: number) => Sharp): Promise<ImageForm> {
  for (const quality of QUALITIES) {
    const tried = await form(made(quality));
    if (tried.bytes.length <= most) return tried;
  }
  throw new Unreadable('too_big');
}

async function form(picture: Sharp): Promise<ImageForm> {
  const { data: bytes, info } = await picture.toBuffer({ resolveWithObject: true });
  const mediaType = `image/${info.format}` as ImageForm['mediaType'];
  return { mediaType, bytes, width: info.width, height: info.pageHeight ?? info.height };
}

function withoutBytes({ bytes: _, ...said }: ImageForm): Omit<ImageForm, 'bytes'> {
  return said;
}
