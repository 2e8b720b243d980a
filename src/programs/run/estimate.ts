const BYTES_PER_TOKEN = 4;
/** About what a picture, or a page, takes. */
const TOKENS_OF_A_FILE = 1000;
/** Where files stand in the dialects. */
const FILES = new Set(['data', 'url', 'image_url', 'file_data', 'b64_json']);
const LONG = 200;

/** Tokens of a body that is handed on without being understood, guessed: its texts, and the same for each file. */
export function estimateBody(value: unknown): number {
  return Math.ceil(bytesOf(value) / BYTES_PER_TOKEN);
}

function bytesOf(value: unknown, field = ''): number {
  if (typeof value === 'string') {
    const isFile = FILES.has(field) && value.length > LONG;
    return isFile ? TOKENS_OF_A_FILE * BYTES_PER_TOKEN : Buffer.byteLength(value);
  }
  // One of a list of tokens.
  if (typeof value === 'number') return field === '' ? BYTES_PER_TOKEN : 0;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + bytesOf(one), 0);
  return Object.entries(value).reduce((sum, [name, one]) => sum + bytesOf(one, name), 0);
}
