import { useLayoutEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/index.js';

interface Props {
  text: string;
  canAsk: boolean;
  onSend(text: string): void;
  onCancel(): void;
}

/** A question being changed, in its own place. */
export function EditQuestion({ text: before, canAsk, onSend, onCancel }: Props) {
  const { chat, app } = useTexts();
  const [text, setText] = useState(before);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = canAsk && text.trim() !== '';
  useLayoutEffect(() => {
    const { current } = field;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  useLayoutEffect(() => {
    const { style, scrollHeight } = field.current!;
    style.blockSize = `${scrollHeight + 2}px`;
  }, [text]);
  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) onSend(text);
      }}
    >
      <textarea
        ref={field}
        className="input"
        dir="auto"
        aria-label={chat.edit}
        aria-describedby="edit-hint"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && canSend) onSend(text);
        }}
      />
      <div className="edit-row">
        <p id="edit-hint" className="hint">
          {chat.editHint}
        </p>
        <button type="button" className="button" onClick={onCancel}>
          {app.cancel}
        </button>
        <button className="button primary" disabled={!canSend}>
          {chat.sendEdited}
        </button>
      </div>
    </form>
  );
}
