import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useTexts } from '../i18n/index.js';
import { toast } from '../ui/toasts.js';
import type { ConversationMessages, MessagesState } from './conversation-messages.js';
import type { Row } from './rows.js';

interface Target {
  /** The message that the address names, and that is to be shown. */
  target: string | null;
  onReached(): void;
}

/** Brings the message that the address names into sight: from another branch, or from further up. */
export function useTarget(messages: ConversationMessages | null, state: MessagesState, rows: readonly Row[]): Target {
  const texts = useTexts();
  const [path, navigate] = useLocation();
  const target = new URLSearchParams(useSearch()).get('m');
  const { status, tree } = state;
  const isHere = target !== null && tree.byId.has(target);
  const isInSight = rows.some((row) => 'message' in row && row.message.id === target);
  useEffect(() => {
    if (target === null || status !== 'ready' || isInSight) return;
    if (isHere) return messages?.choose(target);
    let isWanted = true;
    void messages?.loadTo(target).then((isFound) => {
      // Where older ones could not be read the thread says so, and it may be among them.
      if (isFound || !isWanted || messages.store.get().hasOlder) return;
      toast(texts.errors.message_unknown);
      navigate(path, { replace: true });
    });
    return () => {
      isWanted = false;
    };
  }, [target, isHere, isInSight, status, messages, path, navigate, texts]);
  return { target, onReached: () => navigate(path, { replace: true }) };
}
