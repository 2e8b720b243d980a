import { encodingOf } from '../text-bytes.js';
import type { CollectedText } from './collected-text.js';

/** Text as it stands; lines end with a line feed. Throws where a character is broken. */
export function readPlain(content: Buffer, out: CollectedText): void {
  const text = new TextDecoder(encodingOf(content), { fatal: true }).decode(content);
  out.add(text.replace(/\r\n?/g, '\n'));
}
