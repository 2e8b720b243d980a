import { useState } from 'react';
import { useTexts } from '../i18n/index.js';
import { piecesOf } from './pieces.js';
import './plain-text.css';

/** So much is shown at first, and so much is laid out at a time: only what is in sight. */
const PIECE = 10_000;
const FIRST = 2 * PIECE;

/** Text as it is. A very long one is shown in full only to those who want it. */
export function PlainText({ text }: { text: string }) {
  const texts = useTexts();
  const [isWhole, setWhole] = useState(false);
  if (text.length <= FIRST * 1.5) {
    return (
      <div className="plain-text" dir="auto">
        {text}
      </div>
    );
  }
  const shown = isWhole ? text : `${text.slice(0, FIRST)}…`;
  return (
    <div className="plain-text" dir="auto">
      {piecesOf(shown, PIECE).map((piece, at) => (
        <div key={at} className="plain-piece">
          {piece || '\n'}
        </div>
      ))}
      {!isWhole && (
        <button type="button" className="button" onClick={() => setWhole(true)}>
          {texts.chat.showAll(text.length)}
        </button>
      )}
    </div>
  );
}
