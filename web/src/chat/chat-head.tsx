import { MoreHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Conversation } from '../api/types.js';
import { ConversationMenu } from '../conversations/conversation-menu.js';
import { useTexts } from '../i18n/index.js';

interface Props {
  /** Undefined: a new one, or one that is being fetched. */
  conversation: Conversation | undefined;
  isNew: boolean;
  menuButton: ReactNode;
  onSettings(): void;
  onFind(): void;
}

/** The title of the conversation, and what can be done with it as a whole. */
export function ChatHead({ conversation, isNew, menuButton, onSettings, onFind }: Props) {
  const texts = useTexts();
  return (
    <header className="head">
      {menuButton}
      <h1 dir="auto" className={isNew ? 'is-blank' : undefined} title={conversation?.title}>
        {conversation?.title ?? texts.chat.newChat}
      </h1>
      {conversation && (
        <ConversationMenu
          conversation={conversation}
          onSettings={onSettings}
          onFind={onFind}
          trigger={
            <button type="button" className="icon-button" aria-label={texts.convos.menuOf(conversation.title)}>
              <MoreHorizontal size={19} />
            </button>
          }
        />
      )}
    </header>
  );
}
