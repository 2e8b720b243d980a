import { MoreHorizontal } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import type { Conversation } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { useStore } from '../store.js';
import { focusHolder } from '../ui/focus-holder.js';
import { useWorkspace } from '../workspace.js';
import { ConversationMenu } from './conversation-menu.js';

interface Props {
  conversation: Conversation;
  onOpen(): void;
  /** It leaves the page, and with it what has the focus. */
  onFocusLost(): void;
}

/** One conversation in the list. */
export function ListRow({ conversation, onOpen, onFocusLost }: Props) {
  const { convos } = useTexts();
  const [location] = useLocation();
  const isRunning = [...useStore(useWorkspace().running).values()].includes(conversation.id);
  const isCurrent = location === `/c/${conversation.id}`;
  const row = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = row.current!;
    return () => {
      if (element.contains(focusHolder())) onFocusLost();
    };
  }, [onFocusLost]);
  return (
    <div ref={row} className="list-row" data-current={isCurrent || undefined}>
      <Link href={`/c/${conversation.id}`} aria-current={isCurrent ? 'page' : undefined} onClick={onOpen}>
        <span dir="auto" title={conversation.title}>
          {conversation.title}
        </span>
        {isRunning && <i className="running" role="img" aria-label={convos.running} title={convos.running} />}
      </Link>
      <ConversationMenu
        conversation={conversation}
        trigger={
          <button type="button" className="icon-button small" aria-label={convos.menuOf(conversation.title)}>
            <MoreHorizontal size={17} />
          </button>
        }
      />
    </div>
  );
}
