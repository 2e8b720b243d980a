import { ArrowLeft, PanelLeftClose, Search, SquarePen } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { ConversationList } from '../conversations/conversation-list.js';
import { useTexts } from '../i18n/index.js';
import icon from '../icon.svg';
import { IconButton } from '../ui/icon-button.js';
import { MOD, SHIFT } from '../ui/keys.js';
import { AccountMenu } from './account-menu.js';

interface Props {
  onHide(): void;
  /** Something was opened: a drawer then gets out of the way. */
  onOpen(): void;
  onNewChat(): void;
  onSearch(): void;
  onKeys(): void;
}

/** The conversations, and the ways to everything else. */
export function Sidebar({ onHide, onOpen, onNewChat, onSearch, onKeys }: Props) {
  const { app, chat, convos } = useTexts();
  const [isArchive, setArchive] = useState(false);
  return (
    <nav className="sidebar" id="sidebar" aria-label={convos.list}>
      <div className="sidebar-head">
        <Link href="/" className="brand" onClick={onOpen}>
          <img src={icon} width="24" height="24" alt="" />
          {app.name}
        </Link>
        <IconButton label={convos.closeSidebar} shortcut={`${MOD} B`} onClick={onHide}>
          <PanelLeftClose size={18} />
        </IconButton>
      </div>
      <div className="side-nav">
        <button type="button" className="side-link" onClick={onNewChat}>
          <SquarePen size={17} />
          {chat.newChat}
          <kbd aria-hidden>{`${MOD} ${SHIFT} O`}</kbd>
        </button>
        <button type="button" className="side-link" onClick={onSearch}>
          <Search size={17} />
          {convos.search}
          <kbd aria-hidden>{`${MOD} K`}</kbd>
        </button>
        {isArchive && (
          <button type="button" className="side-link" onClick={() => setArchive(false)}>
            <ArrowLeft size={17} />
            {convos.backToAll}
          </button>
        )}
      </div>
      <ConversationList key={String(isArchive)} isArchive={isArchive} onOpen={onOpen} />
      <div className="side-foot">
        <AccountMenu onArchive={() => setArchive(true)} onKeys={onKeys} onLeave={onOpen} />
      </div>
    </nav>
  );
}
