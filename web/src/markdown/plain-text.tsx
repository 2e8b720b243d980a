import { useState } from 'react';
import { useTexts } from '../i18n/index.js';

/** So much is shown at first. */
const FIRST = 20_000;

/** Text as it is. A very long one is shown in full only to those who want it. */
export function PlainText({ text }: { text: string }) {
  const texts = useTexts();
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > FIRST * 1.5;
  return (
    <div className="plain-text" dir="auto">
      {isCut ? `${text.slice(0, FIRST)}…` : text}
      {isCut && (
        <button type="button" className="button" onClick={() => setWhole(true)}>
          {texts.chat.showAll(text.length)}
        </button>
      )}
    </div>
  );
}
