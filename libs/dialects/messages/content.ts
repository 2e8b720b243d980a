import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import type { TextPart } from '../../models/index.js';
import { read, refused } from '../reading/fields.js';
import { documentOf, fromBase64, imageOf, type MediaPart, titled } from '../reading/files.js';
import { refusedId } from '../reading/never.js';

export const BLOCK = z.looseObject({ type: z.string() });
export type AnyBlock = z.infer<typeof BLOCK>;
/** A text or blocks. */
export const CONTENT = z.union([z.string(), z.array(BLOCK)], 'Invalid input: expected a string or blocks');

const TEXT = z.object({ text: z.string() });
const SOURCED = z.object({
  source: BLOCK,
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: z.object({ enabled: z.boolean().nullish() }).nullish(),
});
const BASE64 = z.object({ media_type: z.string(), data: z.string() });
const PLAIN = z.object({ data: z.string() });
const AT = z.object({ url: z.string() });
const INNER = z.object({ content: CONTENT });
const FOUND = z.object({
  title: z.string(),
  source: z.string(),
  content: z.array(TEXT),
  citations: SOURCED.shape.citations,
});

/** What a person, or a tool, may say: texts, pictures, documents. */
export function mediaPart(block: AnyBlock, path: Path): MediaPart {
  switch (block.type) {
    case 'text':
      return textPart(block, path);
    case 'image':
    case 'document':
      return sourced(block, path);
    case 'search_result':
      return found(block, path);
    default:
      throw refused([...path, 'type'], `Blocks of type '${block.type}' can not be translated.`, 'unsupported_value');
  }
}

export function textPart(block: AnyBlock, path: Path): TextPart {
  return { type: 'text', text: read(TEXT, block, path).text };
}

/** The texts of what takes no other block: instructions. */
export function textsOf(content: string | AnyBlock[], path: Path): string {
  if (typeof content === 'string') return content;
  const texts = content.map((block, i) => {
    if (block.type === 'text') return textPart(block, [...path, i]).text;
    throw refused([...path, i, 'type'], 'Only text is taken here.', 'invalid_value');
  });
  return texts.join('\n\n');
}

function sourced(block: AnyBlock, path: Path): MediaPart {
  const { source, title, context, citations } = read(SOURCED, block, path);
  if (citations?.enabled) throw untoldSources([...path, 'citations']);
  if (context) throw refused([...path, 'context'], 'This field can not be translated.');
  const at = [...path, 'source'];
  switch (source.type) {
    case 'base64':
      return fromSource(block.type, read(BASE64, source, at), title ?? undefined, at);
    case 'text':
      return titled(title, read(PLAIN, source, at).data);
    case 'content':
      return titled(title, textsOf(read(INNER, source, at).content, [...at, 'content']));
    case 'url':
      return remote(block.type, read(AT, source, at).url, [...at, 'url']);
    case 'file':
      throw refusedId([...at, 'file_id']);
    default:
      throw refused([...at, 'type'], 'There is no such source.', 'invalid_value');
  }
}

function fromSource(type: string, source: z.infer<typeof BASE64>, title: string | undefined, path: Path): MediaPart {
  const data = fromBase64(source.data, [...path, 'data']);
  const at = [...path, 'media_type'];
  const mediaType = source.media_type.toLowerCase();
  return type === 'image' ? imageOf(mediaType, data, at) : documentOf(mediaType, data, title, at);
}

function remote(type: string, url: string, path: Path): MediaPart {
  if (!/^https:\/\//i.test(url)) throw refused(path, 'Only https: addresses are taken.', 'invalid_value');
  return { type: 'remote', kind: type === 'image' ? 'image' : 'document', url, path };
}

function found(block: AnyBlock, path: Path): TextPart {
  const { title, source, content, citations } = read(FOUND, block, path);
  if (citations?.enabled) throw untoldSources([...path, 'citations']);
  return titled(title, [source, ...content.map(({ text }) => text)].join('\n'));
}

const untoldSources = (path: Path) => refused(path, 'The model that is asked tells no citations.');
