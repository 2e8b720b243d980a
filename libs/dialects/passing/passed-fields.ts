import type { Path } from '../errors/dialect-error.js';
import { isAbsent, refused } from '../reading/fields.js';
import { passes, refusedId, refusedTool } from '../reading/never.js';

/** What the endpoint lets pass of a body that goes on in its own dialect. */
export interface PassOptions {
  /** As the provider calls it. */
  model: string;
  passFields?: readonly string[];
  /** https addresses of pictures and files go on: the provider fetches them. */
  remoteMedia?: boolean;
}

/** Fields that hold an id of the operator's account, wherever they stand in a message. */
const IDS = ['file_id', 'vector_store_ids', 'container_id'];
/** Blocks and items that name such a thing as a whole. */
const NAMES_ONE = ['item_reference', 'container_upload'];
/** Where an address may stand: `image_url` is a text in responses, and holds one in chat completions. */
const ADDRESSES = ['url', 'image_url', 'file_url', 'file_data'];
/** Messages are less deep by far; a body of nothing but brackets must not end this process. */
const MAX_DEPTH = 100;
/** Parts that hold an address which nobody is to fetch. */
const MEDIA = ['image_url', 'input_image', 'input_file', 'image', 'document', 'file', 'input_video', 'video_url'];

/**
 * Looks through messages, as they are, for what never goes to a provider. It does not look into inputs and results of
 * tools as such: those are the program's own words. Throws a DialectError.
 */
export function refusePassed(value: unknown, path: Path, options: PassOptions, isMedia = false): void {
  if (typeof value !== 'object' || value === null) return;
  if (path.length > MAX_DEPTH) throw refused(path.slice(0, 2), 'This is nested too deep.', 'invalid_value');
  if (Array.isArray(value)) return value.forEach((one, i) => refusePassed(one, [...path, i], options, isMedia));
  const { type } = value as { type?: unknown };
  const isLet = (at: Path) => passes(at, options.passFields ?? []);
  if (NAMES_ONE.includes(String(type)) && !isLet(path)) throw refusedId([...path, 'type']);
  const holdsMedia = isMedia || MEDIA.includes(String(type));
  for (const [field, inner] of Object.entries(value)) {
    const at = [...path, field];
    if (OPAQUE.has(field) || isAbsent(inner)) continue;
    if (IDS.includes(field) && !isLet(at)) throw refusedId(at);
    if (holdsMedia && ADDRESSES.includes(field) && typeof inner === 'string') refuseAddress(inner, at, options);
    refusePassed(inner, at, options, holdsMedia);
  }
}

/** The program's own words and JSON: no field of a dialect stands in them. */
const OPAQUE = new Set(['input', 'arguments', 'text', 'thinking', 'input_schema', 'parameters']);

function refuseAddress(url: string, path: Path, { remoteMedia }: PassOptions): void {
  if (url.startsWith('data:') || (path.at(-1) === 'file_data' && !/^\w+:/.test(url))) return;
  if (!/^https:\/\//i.test(url)) throw refused(path, 'Only data: and https: addresses are taken.', 'invalid_value');
  if (remoteMedia) return;
  throw refused(path, 'Addresses are not fetched here. Send the file itself, as data.', 'unsupported_value');
}

/** Tools that the provider would run. `usual`: the type of one that names none. */
export function refuseTools(
  tools: unknown,
  runsAtProvider: (type: string) => boolean,
  { passFields = [] }: PassOptions,
  usual = 'function',
): void {
  if (!Array.isArray(tools) || passFields.includes('tools')) return;
  tools.forEach((tool: unknown, i) => {
    const type = (tool as { type?: unknown } | null)?.type ?? usual;
    if (typeof type !== 'string' || runsAtProvider(type)) throw refusedTool(['tools', i, 'type'], String(type));
  });
}
