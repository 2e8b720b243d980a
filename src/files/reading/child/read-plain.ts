import { decodedText } from '../text-bytes.js';
import type { CollectedText } from './collected-text.js';
import { Unreadable } from './failures.js';

/** Text as it stands; lines end with a line feed. Throws where a character is broken. */
export function readPlain(content: Buffer, out: CollectedText): void {
  const text = decodedText(content);
  if (text === undefined) throw new Unreadable('damaged');
  out.add(text.replace(/\r\n?/g, '\n'));
}
