import { ArrowUp, Square } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import type { FilePart } from '../api/types.js';
import { AttachButton } from '../files/attach-button.js';
import { AttachmentList } from '../files/attachment-list.js';
import { areSendable, type Attachments } from '../files/attachments.js';
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
  attachments: Attachments;
  placeholder: string;
  /** An answer is being written: it can be stopped, and nothing can be sent. */
  isAnswering: boolean;
  isStopping: boolean;
  /** A question was refused, and stands in the thread: it is sent or taken back before the next. */
  hasRefused: boolean;
  /** What is asked, and where, has been loaded. What is sent before that goes out once it is. */
  canAsk: boolean;
  onSend(text: string, files: readonly FilePart[]): void;
  onFiles(files: File[]): void;
  /** What there is to say before it is sent. */
  notice: string | null;
  onStop(): void;
  onEditLast(): void;
  children?: ReactNode;
}

/** Where a question is typed. */
export function Composer(props: Props) {
  const { field, draft, attachments, isAnswering, isStopping, hasRefused, onSend, onFiles, onStop, onEditLast } = props;
  const texts = useTexts();
  const text = useStore(draft);
  const key = useStore(sendKey.store);
  const files = useStore(attachments.store);
  const canAsk = props.canAsk && areSendable(files);
  const isFailed = files.some(({ state }) => state === 'failed');
  const isSendable = !isAnswering && !hasRefused && !isFailed && (text.trim() !== '' || files.length > 0);
  // What was sent too soon: this text, and in no other conversation.
  const [early, setEarly] = useState<{ draft: Store<string>; text: string } | null>(null);
  const isEarly = early?.draft === draft && early.text === text;
  useGrowing(field, text);

  function send(): void {
    if (!isSendable) return;
    setEarly(canAsk ? null : { draft, text });
    if (!canAsk) return;
    draft.set('');
    onSend(text, attachments.take());
  }

  useEffect(() => setEarly(null), [draft]);
  useEffect(() => {
    if (isEarly && isFailed) setEarly(null);
    else if (isEarly && canAsk) send();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isEarly, isFailed, canAsk]);

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AttachmentList attachments={attachments} onEmptied={() => field.current?.focus()} />
      <textarea
        ref={field}
        id="composer"
        dir="auto"
        rows={1}
        aria-label={texts.chat.message}
        placeholder={props.placeholder}
        value={text}
        onChange={(event) => draft.set(event.target.value)}
        onPaste={(event) => {
          // What is copied in an office program is text, too, and a picture of it only besides.
          const { files: pasted, types } = event.clipboardData;
          if (pasted.length === 0 || types.includes('text/plain')) return;
          event.preventDefault();
          onFiles([...pasted]);
        }}
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
      {isEarly && files.length > 0 && !canAsk && (
        <p className="hint composer-hint" role="status">
          {texts.files.onTheirWay}
        </p>
      )}
      {props.notice !== null && (
        <p className="hint composer-hint" role="status">
          {props.notice}
        </p>
      )}
      <div className="composer-row">
        <AttachButton onFiles={onFiles} />
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
