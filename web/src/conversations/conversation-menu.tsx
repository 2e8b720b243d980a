import {
  Archive,
  ArchiveRestore,
  Download,
  FileJson,
  Pencil,
  Pin,
  PinOff,
  Search,
  SlidersHorizontal,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { Conversation } from '../api/types.js';
import { filesOf } from '../chat/shown-parts.js';
import { asJson, asMarkdown, downloadWith, fileName } from './export.js';
import { pathOf } from './tree.js';
import { errorText, useTexts } from '../i18n/index.js';
import { useStore } from '../store.js';
import { Menu, MenuItem, MenuLine } from '../ui/menu.js';
import { hasFinePointer } from '../ui/pointer.js';
import { toast } from '../ui/toasts.js';
import { useWorkspace } from '../workspace.js';
import type { ConversationChange } from './conversations.js';
import { RenameDialog } from './rename-dialog.js';

interface Props {
  conversation: Conversation;
  trigger: ReactNode;
  onSettings?(): void;
  onFind?(): void;
}

/** What can be done with a conversation as a whole. */
export function ConversationMenu({ conversation, trigger, onSettings, onFind }: Props) {
  const { convos, chat } = useTexts();
  const workspace = useWorkspace();
  const [isRenaming, setRenaming] = useState(false);
  const [location, navigate] = useLocation();
  const { id, title, pinned } = conversation;
  const { archived } = useStore(workspace.conversations.held).get(id) ?? conversation;

  const change = (what: ConversationChange) =>
    void workspace.conversations.change(id, what).catch((error: unknown) => toast(errorText(error)));

  function remove(): void {
    if (location === `/c/${id}`) navigate('/');
    workspace.heldChanges.delete(conversation);
    // What was chosen here leaves the page.
    if (hasFinePointer()) document.getElementById('composer')?.focus();
  }

  async function save(format: 'md' | 'json'): Promise<void> {
    const messages = workspace.messagesOf(id);
    const isWhole = await messages.loadTo(null);
    const { error, olderError, tree, chosen } = messages.store.get();
    if (!isWhole) return void toast(errorText(error ?? olderError));
    const exported = format === 'json' ? [...tree.byId.values()] : pathOf(tree, chosen);
    const text =
      format === 'json'
        ? asJson(conversation, exported)
        : asMarkdown(conversation, exported, { user: chat.you, assistant: chat.assistant });
    const type = format === 'json' ? 'application/json' : 'text/markdown';
    await downloadWith(exported.flatMap(filesOf), fileName(title, format, chat.thread), type, text).catch(
      (reason: unknown) => toast(errorText(reason)),
    );
  }

  return (
    <>
      <Menu trigger={trigger}>
        {onSettings && (
          <MenuItem icon={<SlidersHorizontal size={16} />} onSelect={onSettings}>
            {chat.settings}
          </MenuItem>
        )}
        {onFind && (
          <MenuItem icon={<Search size={16} />} onSelect={onFind}>
            {chat.find}
          </MenuItem>
        )}
        <MenuItem icon={<Pencil size={16} />} onSelect={() => setRenaming(true)}>
          {convos.rename}
        </MenuItem>
        {!archived && (
          <MenuItem
            icon={pinned ? <PinOff size={16} /> : <Pin size={16} />}
            onSelect={() => change({ pinned: !pinned })}
          >
            {pinned ? convos.unpin : convos.pin}
          </MenuItem>
        )}
        <MenuItem
          icon={archived ? <ArchiveRestore size={16} /> : <Archive size={16} />}
          onSelect={() => workspace.heldChanges.archive(conversation, !archived)}
        >
          {archived ? convos.unarchive : convos.archive}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Download size={16} />} onSelect={() => void save('md')}>
          {convos.exportMarkdown}
        </MenuItem>
        <MenuItem icon={<FileJson size={16} />} onSelect={() => void save('json')}>
          {convos.exportJson}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 size={16} />} isDanger onSelect={remove}>
          {convos.delete}
        </MenuItem>
      </Menu>
      {isRenaming && <RenameDialog conversation={conversation} onClose={() => setRenaming(false)} />}
    </>
  );
}
