import { createContext, type ReactNode, useContext } from 'react';
import { useTexts } from '../i18n/index.js';

/** What the ids of an answer's footnotes begin with: a page shows many answers, each with a first note. */
export const AnswerId = createContext('');

const noteId = (answer: string, number: number) => `note-${answer}-${number}`;
const markId = (answer: string, number: number, use: number) => `mark-${answer}-${number}-${use}`;

/** The number in the text that leads to a note. */
export function NoteMark({ number, use }: { number: number; use: number }) {
  const answer = useContext(AnswerId);
  const { chat } = useTexts();
  return (
    <sup>
      <a id={markId(answer, number, use)} href={`#${noteId(answer, number)}`} aria-label={chat.footnote(number)}>
        {number}
      </a>
    </sup>
  );
}

interface NoteProps {
  number: number;
  uses: number;
  children: ReactNode;
}

/** A note, with a way back to each of its marks. */
export function Note({ number, uses, children }: NoteProps) {
  const answer = useContext(AnswerId);
  const { chat } = useTexts();
  const back = Array.from({ length: uses }, (_, at) => (
    <a key={at} href={`#${markId(answer, number, at + 1)}`} aria-label={chat.backToText(number, at + 1)}>
      ↩
    </a>
  ));
  return (
    <li id={noteId(answer, number)} value={number}>
      {children}
      <span className="note-back">{back}</span>
    </li>
  );
}
