import type { Part } from '../api/types.js';
import { MessageFiles } from '../files/message-files.js';
import { markdown } from '../markdown/load.js';
import { PlainText } from '../markdown/plain-text.js';
import { Thought } from './thought.js';

interface Props {
  /** Of the answer. */
  id: string;
  parts: readonly Part[];
  /** Since when it has been thinking; null: it is not. */
  thinkingSince: number | null;
}

/** Texts, thoughts and files of an answer, each at its place. What only a newer server knows is passed over. */
export function AnswerParts({ id, parts, thinkingSince }: Props) {
  const Markdown = markdown.useLoaded();
  return parts.map((part, at) => {
    if (part.type === 'reasoning') {
      const since = at === parts.length - 1 && part.ms === null ? thinkingSince : null;
      return <Thought key={at} name={`${id}.${at}`} text={part.text} ms={part.ms} since={since} />;
    }
    if (part.type === 'file') return <MessageFiles key={at} parts={[part]} />;
    if (part.type !== 'text') return null;
    // Between two texts stands more than the empty line by which they are told apart.
    const text = part.text.replace(/^\n+/, '');
    if (text === '') return null;
    return Markdown ? <Markdown key={at} text={text} /> : <PlainText key={at} text={text} />;
  });
}
