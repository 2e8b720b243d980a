import type { Metadata, Sharp, SharpOptions } from 'sharp';
import type { ImageForm } from '../file-reader.js';
import type { ImageType } from '../file-types.js';
import { LARGEST_FORM, MODEL, THUMB } from '../limits.js';
import { library, Unreadable, Unsupported } from './failures.js';
import { loadSharp } from './load-sharp.js';
import type { Said } from '../reader-answer.js';

/** All frames of an animation together may have so many times the pixels that one picture may have. */
const ANIMATION = 5;
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
  const animated = (metadata.pages ?? 1) > 1 && (type === 'image/gif' || type === 'image/webp');
  const source = sharp(content, { ...OPTIONS, animated }).autoOrient();
  const original = await form(as(type, source, metadata, content)).catch((error: unknown) => {
    // The library knows HEIC, and was built without the decoder for most of it.
    throw metadata.compression === 'hevc' ? new Unsupported() : error;
  });
  if (original.bytes.length > LARGEST_FORM) throw new Unreadable('too_big');
  const model = await modelForm(() => sharp(original.bytes, OPTIONS), type);
  const thumb = await fitting(THUMB.bytes, (quality) =>
    sharp(model.bytes, OPTIONS).resize(within(THUMB.side)).webp({ quality }),
  );
  const { bytes, ...said } = original;
  const head = { kind: 'image', original: said, thumb: withoutBytes(thumb), model: withoutBytes(model) };
  return [head as Said[0], bytes, thumb.bytes, model.bytes];
}

function refuseLarge({ width, height, pageHeight, pages, orientation, ...of }: Metadata, maxPixels: number): void {
  const frame = width * (pageHeight ?? height);
  if (frame > maxPixels || frame * (pages ?? 1) > ANIMATION * maxPixels) throw new Unreadable('too_many_pixels');
  const isWhole = of.isProgressive || (orientation ?? 1) > 1;
  const bytes = frame * of.channels * (of.depth === 'ushort' ? 2 : 1);
  if (isWhole && bytes > MOST_AT_ONCE) throw new Unreadable('too_big');
}

/** In the format in which it came. */
function as(type: ImageType, picture: Sharp, { isPalette, chromaSubsampling }: Metadata, content: Buffer): Sharp {
  switch (type) {
    case 'image/png':
      return picture.png({ palette: isPalette ?? false, quality: 100, dither: 0 });
    case 'image/gif':
      return picture.gif();
    case 'image/webp': {
      const lossless = content.subarray(0, 4096).includes('VP8L');
      return picture.webp({ lossless, quality: 90, effort: lossless ? 2 : 4 });
    }
    default:
      return picture.jpeg({ quality: 90, chromaSubsampling: chromaSubsampling === '4:4:4' ? '4:4:4' : '4:2:0' });
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
