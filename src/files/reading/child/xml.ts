import type { ParserOptions } from 'htmlparser2';
import { encodingOf } from '../text-bytes.js';
import type { Archive } from './archive.js';
import { library, Unreadable } from './failures.js';

/** What is nested deeper is no document: the parser takes ever longer for each further level. */
const DEEPEST = 2000;

/** What somebody does with a document's tags. `name` is without its prefix in XML. */
export interface TagReader {
  open?(name: string, attribute: (name: string) => string | undefined): void;
  text?(text: string): void;
  close?(name: string): void;
  /** Where it says so, nothing is read any more. */
  isDone?(): boolean;
}

/**
 * Reads tags as they come. Nothing is held but what is open, and nothing is fetched or expanded: entities of the document's
 * own are left as they stand.
 */
export async function readTags(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  reader: TagReader,
  options: ParserOptions = { xmlMode: true, decodeEntities: true },
): Promise<void> {
  const { Parser } = await library(() => import('htmlparser2'));
  const named = options.xmlMode ? localName : (name: string): string => name;
  let depth = 0;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (++depth > DEEPEST) throw new Unreadable('damaged');
        reader.open?.(named(name), (wanted) => attributes[wanted] ?? attributes[prefixed(attributes, wanted)]);
      },
      ontext: (text) => reader.text?.(text),
      onclosetag: (name) => {
        depth--;
        reader.close?.(named(name));
      },
    },
    options,
  );
  for await (const text of textOf(chunks)) {
    parser.write(text);
    if (reader.isDone?.()) return;
  }
  parser.end();
}

/** The same of an entry, where it is there. */
export function readEntry(archive: Archive, name: string, reader: TagReader): Promise<void> {
  return readTags(archive.bytes(name), reader);
}

async function* textOf(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Of what is written with a prefix, whichever it is. */
function prefixed(attributes: Record<string, string>, wanted: string): string {
  return Object.keys(attributes).find((name) => localName(name) === wanted) ?? '';
}
