/** Decoders of what is a picture here. All others of the library (SVG, PDF, TIFF, ImageMagick's, …) stay closed. */
const DECODERS = ['JpegBuffer', 'PngBuffer', 'WebpBuffer', 'NsgifBuffer', 'HeifBuffer'];

let loaded: Promise<typeof import('sharp').default> | undefined;

/** One thread, nothing kept: files come one by one, and hardly ever again. */
export function loadSharp(): Promise<typeof import('sharp').default> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false);
    sharp.concurrency(1);
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: DECODERS.map((name) => `VipsForeignLoad${name}`) });
    return sharp;
  });
  return loaded;
}
