import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { errorText, useTexts } from '../i18n/index.js';
import { useStore } from '../store.js';
import { IconButton } from '../ui/icon-button.js';
import { isComposing } from '../ui/keys.js';
import type { ConversationMessages } from './conversation-messages.js';
import { findIn, lookedFor } from './find.js';

interface Props {
  messages: ConversationMessages;
  /** Brings a message into sight, in whatever branch it is. */
  onShow(id: string): void;
  onClose(): void;
}

/** Looks through the whole conversation: all its branches, and what is not in the page or not even loaded. */
export function FindBar({ messages, onShow, onClose }: Props) {
  const texts = useTexts();
  const { chat } = texts;
  const { tree, hasOlder, olderError } = useStore(messages.store);
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed);
  const found = useMemo(() => findIn(tree, wanted), [tree, wanted]);
  const [shown, setShown] = useState<string | null>(null);
  const at = shown === null ? -1 : found.indexOf(shown);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    field.current?.focus();
    void messages.loadTo(null);
  }, [messages]);

  // Thoughts that hold it open themselves.
  useEffect(() => {
    lookedFor.set(wanted.trim());
    return () => lookedFor.set('');
  }, [wanted]);

  function show(index: number): void {
    const id = found.at(index % found.length);
    if (id === undefined) return;
    setShown(id);
    onShow(id);
  }

  // What is typed shows the newest that holds it, unless the one in sight still does.
  const first = found[0];
  useEffect(() => {
    if (first !== undefined && at < 0) show(0);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [first, at, wanted]);

  // What came in above it while the rest was read may have moved it out of sight.
  useEffect(() => {
    if (!hasOlder && shown !== null) onShow(shown);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hasOlder]);

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter' && event.target === field.current) show(event.shiftKey ? at - 1 : at + 1);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const count =
    wanted.trim() === '' ? '' : found.length > 0 ? chat.foundAt(at + 1, found.length) : hasOlder ? '' : chat.foundNone;
  return (
    <div className="find" role="search" aria-label={chat.find} onKeyDown={onKeyDown}>
      <input
        ref={field}
        className="input"
        role="searchbox"
        inputMode="search"
        dir="auto"
        autoComplete="off"
        aria-label={chat.find}
        placeholder={chat.find}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <span role="status" className="find-count">
        {count} {hasOlder && (olderError === null ? chat.loadingOlder : errorText(olderError))}
      </span>
      <IconButton
        label={chat.findOlder}
        shortcut="Enter"
        aria-disabled={found.length === 0}
        onClick={() => show(at + 1)}
      >
        <ChevronUp size={18} />
      </IconButton>
      <IconButton
        label={chat.findNewer}
        shortcut="Shift Enter"
        aria-disabled={found.length === 0}
        onClick={() => show(at - 1)}
      >
        <ChevronDown size={18} />
      </IconButton>
      <IconButton label={texts.app.close} shortcut="Esc" onClick={onClose}>
        <X size={18} />
      </IconButton>
    </div>
  );
}
