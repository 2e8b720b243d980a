import { PanelLeft, SquarePen } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useTexts } from '../i18n/index.js';
import { copyText } from '../markdown/copy.js';
import { withoutThoughts } from '../markdown/thoughts.js';
import { sidebar } from '../preferences.js';
import { useStore } from '../store.js';
import { Dialog } from '../ui/dialog.js';
import { IconButton } from '../ui/icon-button.js';
import { MOD, onEscape, SHIFT } from '../ui/keys.js';
import { hasFinePointer } from '../ui/pointer.js';
import { lazyPart } from '../ui/lazy-part.js';
import { Toaster } from '../ui/toaster.js';
import { lastUndo, toast } from '../ui/toasts.js';
import { useWorkspace } from '../workspace.js';
import { pathOf } from '../conversations/tree.js';
import { KeysDialog } from './keys-dialog.js';
import './shell.css';
import { Sidebar } from './sidebar.js';
import { useIsOnline } from './use-online.js';
import { type Shortcuts, useShortcuts } from './use-shortcuts.js';
import { useIsWide } from './use-wide.js';

function UnloadedSearch({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const { convos } = useTexts();
  return (
    <Dialog title={convos.search} onClose={onClose}>
      {children}
    </Dialog>
  );
}

const SearchDialog = lazyPart(
  () => import('../conversations/search-dialog.js').then((module) => module.SearchDialog),
  null,
  (unloaded, { onClose }) => <UnloadedSearch onClose={onClose}>{unloaded}</UnloadedSearch>,
);

/** What stands around every page: the conversations beside it, or over it on a phone. */
export function Shell({ children }: { children(menuButton: ReactNode): ReactNode }) {
  const texts = useTexts();
  const workspace = useWorkspace();
  const isWide = useIsWide();
  const isOnline = useIsOnline();
  const [location, navigate] = useLocation();
  const [isDrawn, setDrawn] = useState(false);
  const [dialog, setDialog] = useState<'search' | 'keys' | null>(null);
  const isShown = useStore(sidebar.store) === 'shown';
  const isOpen = isWide ? isShown : isDrawn;
  const isDrawer = !isWide && isDrawn;

  const shortcuts: Shortcuts = useMemo(() => {
    const toggle = () => (isWide ? sidebar.store.set(isShown ? 'hidden' : 'shown') : setDrawn(!isDrawn));
    return {
      newChat: () => {
        setDrawn(false);
        navigate('/');
        if (hasFinePointer()) document.getElementById('composer')?.focus();
      },
      search: () => setDialog('search'),
      help: () => setDialog('keys'),
      undo: lastUndo,
      toggleSidebar: toggle,
      focusComposer: () => document.getElementById('composer')?.focus(),
      copyLast: () => {
        const id = /^\/c\/([^/]+)$/.exec(location)?.[1];
        const { tree, chosen } = id ? workspace.messagesOf(id).store.get() : { tree: null, chosen: null };
        const answer = tree && pathOf(tree, chosen).findLast(({ role }) => role === 'assistant');
        if (!answer) return;
        void copyText(withoutThoughts(answer.text).answer).then((done) =>
          toast(done ? texts.chat.copied : texts.chat.copyFailed, undefined, 2_000),
        );
      },
    };
  }, [isWide, isShown, isDrawn, location, navigate, texts, workspace]);
  useShortcuts(shortcuts);

  useEffect(() => {
    if (!isDrawer) return;
    document.querySelector<HTMLElement>('#sidebar .side-nav button')?.focus();
    return onEscape(() => setDrawn(false));
  }, [isDrawer]);

  // The button that was pressed has left the page with it: its counterpart takes the focus.
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current === isOpen) return;
    wasOpen.current = isOpen;
    if (document.activeElement !== document.body) return;
    document.querySelector<HTMLElement>(isOpen ? '.sidebar-head button' : '[aria-controls="sidebar"]')?.focus();
  }, [isOpen]);

  const menuButton = !isOpen && (
    <>
      <IconButton
        label={texts.convos.openSidebar}
        shortcut={`${MOD} B`}
        aria-expanded={false}
        aria-controls="sidebar"
        onClick={shortcuts.toggleSidebar}
      >
        <PanelLeft size={18} />
      </IconButton>
      <IconButton label={texts.chat.newChat} shortcut={`${MOD} ${SHIFT} O`} onClick={shortcuts.newChat}>
        <SquarePen size={18} />
      </IconButton>
    </>
  );

  return (
    <div className="shell">
      <a className="skip-link visually-hidden" href="#content">
        {texts.app.skipToContent}
      </a>
      {isOpen && (
        <Sidebar
          onHide={shortcuts.toggleSidebar}
          onOpen={() => setDrawn(false)}
          onNewChat={shortcuts.newChat}
          onSearch={() => {
            setDrawn(false);
            setDialog('search');
          }}
          onKeys={() => {
            setDrawn(false);
            setDialog('keys');
          }}
        />
      )}
      {isDrawer && (
        <button
          type="button"
          className="scrim"
          tabIndex={-1}
          aria-label={texts.convos.closeSidebar}
          onClick={() => setDrawn(false)}
        />
      )}
      <main className="content" id="content" tabIndex={-1} inert={isDrawer}>
        {!isOnline && (
          <p className="offline" role="status">
            {texts.app.offline}
          </p>
        )}
        {children(menuButton)}
      </main>
      {dialog === 'keys' && <KeysDialog onClose={() => setDialog(null)} />}
      {dialog === 'search' && <SearchDialog onClose={() => setDialog(null)} />}
      <Toaster />
    </div>
  );
}
