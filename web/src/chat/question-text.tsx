import type { FilePart } from '../api/types.js';
import { MessageFiles } from '../files/message-files.js';
import { PlainText } from '../markdown/plain-text.js';

/** What somebody asked, and its files. */
export function QuestionText({ text, files = [] }: { text: string; files?: readonly FilePart[] }) {
  return (
    <>
      <MessageFiles parts={files} />
      {text.trim() !== '' && (
        <div className="bubble">
          <PlainText text={text} />
        </div>
      )}
    </>
  );
}
