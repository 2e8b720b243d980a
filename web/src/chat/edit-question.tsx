import { useLayoutEffect, useRef, useState } from 'react';
import type { FilePart } from '../api/types.js';
import { AttachmentList } from '../files/attachment-list.js';
import { Attachments } from '../files/attachments.js';
import { useTexts } from '../i18n/index.js';
import { type Store, useStore } from '../store.js';
import { isComposing, isMod } from '../ui/keys.js';
import { useGrowing } from '../ui/use-growing.js';
import { focusInRow } from './focus-in-row.js';

interface Props {
  draft: Store<string>;
  /** Those that it had. */
  files: readonly FilePart[];
  canAsk: boolean;
  onSend(text: string, files: readonly FilePart[]): void;
  onCancel(): void;
}

/** A question being changed, in its own place. */
export function EditQuestion({ draft, files, canAsk, onSend, onCancel }: Props) {
  const { chat, app } = useTexts();
  const text = useStore(draft);
  const field = useRef<HTMLTextAreaElement>(null);
  const [attachments] = useState(() => Attachments.of(files));
  const kept = useStore(attachments.store);
  const canSend = canAsk && (text.trim() !== '' || kept.length > 0);
  const send = () => onSend(text, attachments.take());
  useLayoutEffect(() => {
    const { current } = field;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  useGrowing(field, text);

  function cancel(): void {
    onCancel();
    focusInRow(field.current!, chat.edit);
  }

  return (
    <form
      className="edit"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) send();
      }}
    >
      <AttachmentList attachments={attachments} onEmptied={() => field.current?.focus()} />
      <textarea
        ref={field}
        className="input"
        dir="auto"
        aria-label={chat.edit}
        aria-describedby="edit-hint"
        value={text}
        onChange={(event) => draft.set(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === 'Escape') cancel();
          if (event.key === 'Enter' && isMod(event) && canSend) send();
        }}
      />
      <div className="edit-row">
        <p id="edit-hint" className="hint">
          {chat.editHint}
        </p>
        <button type="button" className="button" onClick={cancel}>
          {app.cancel}
        </button>
        <button className="button primary" disabled={!canSend}>
          {chat.sendEdited}
        </button>
      </div>
    </form>
  );
}
