import { useLayoutEffect, useRef } from 'react';
import { useTexts } from '../i18n/index.js';
import { type Store, useStore } from '../store.js';
import { isComposing, isMod } from '../ui/keys.js';
import { useGrowing } from '../ui/use-growing.js';
import { focusInRow } from './focus-in-row.js';

interface Props {
  draft: Store<string>;
  canAsk: boolean;
  onSend(text: string): void;
  onCancel(): void;
}

/** A question being changed, in its own place. */
export function EditQuestion({ draft, canAsk, onSend, onCancel }: Props) {
  const { chat, app } = useTexts();
  const text = useStore(draft);
  const field = useRef<HTMLTextAreaElement>(null);
  const canSend = canAsk && text.trim() !== '';
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
        onChange={(event) => draft.set(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === 'Escape') cancel();
          if (event.key === 'Enter' && isMod(event) && canSend) onSend(text);
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
