import { ArrowUp, Square } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import { useTexts } from '../i18n/index.js';
import { sendKey } from '../preferences.js';
import { type Store, useStore } from '../store.js';
import { IconButton } from '../ui/icon-button.js';
import { isComposing, isMod } from '../ui/keys.js';
import { hasCoarsePointer } from '../ui/pointer.js';
import { useGrowing } from '../ui/use-growing.js';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  draft: Store<string>;
  placeholder: string;
  /** An answer is being written: it can be stopped, and nothing can be sent. */
  isAnswering: boolean;
  isStopping: boolean;
  /** A question was refused, and stands in the thread: it is sent or taken back before the next. */
  hasRefused: boolean;
  /** What is asked, and where, has been loaded. What is sent before that goes out once it is. */
  canAsk: boolean;
  onSend(text: string): void;
  onStop(): void;
  onEditLast(): void;
  children?: ReactNode;
}

/** Where a question is typed. */
export function Composer(props: Props) {
  const { field, draft, isAnswering, isStopping, hasRefused, canAsk, onSend, onStop, onEditLast } = props;
  const texts = useTexts();
  const text = useStore(draft);
  const key = useStore(sendKey.store);
  const isSendable = !isAnswering && !hasRefused && text.trim() !== '';
  // What was sent too soon: this text, and in no other conversation.
  const [early, setEarly] = useState<{ draft: Store<string>; text: string } | null>(null);
  const isEarly = early?.draft === draft && early.text === text;
  useGrowing(field, text);

  function send(): void {
    if (!isSendable) return;
    setEarly(canAsk ? null : { draft, text });
    if (!canAsk) return;
    draft.set('');
    onSend(text);
  }

  useEffect(() => setEarly(null), [draft]);
  useEffect(() => {
    if (isEarly && canAsk) send();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isEarly, canAsk]);

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        id="composer"
        dir="auto"
        rows={1}
        aria-label={texts.chat.message}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => draft.set(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === 'ArrowUp' && !event.altKey && text === '') {
            event.preventDefault();
            onEditLast();
          } else if (
            event.key === 'Enter' &&
            (key === 'enter' && !hasCoarsePointer() ? !event.shiftKey : isMod(event))
          ) {
            event.preventDefault();
            send();
          }
        }}
      />
      <div className="composer-row">
        {props.children}
        {/* One button, which keeps the focus: so it is never disabled to the browser. */}
        {isAnswering ? (
          <IconButton
            className="send"
            label={isStopping ? texts.chat.stopping : texts.chat.stop}
            shortcut="Esc"
            aria-disabled={isStopping}
            onClick={isStopping ? undefined : onStop}
          >
            <Square size={14} fill="currentColor" />
          </IconButton>
        ) : (
          <IconButton className="send" label={texts.chat.send} type="submit" aria-disabled={!isSendable || !canAsk}>
            <ArrowUp size={19} />
          </IconButton>
        )}
      </div>
    </form>
  );
}
