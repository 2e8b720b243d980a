import { useEffect } from 'react';
import { isMod, isTyping } from '../ui/keys.js';

export interface Shortcuts {
  newChat(): void;
  search(): void;
  toggleSidebar(): void;
  focusComposer(): void;
  copyLast(): void;
  help(): void;
  /** Undefined where there is nothing to be taken back. */
  undo(): (() => void) | undefined;
}

/** The page's own keys; the list at `?` names them. A dialog has the keys for itself. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    function actionOf(event: KeyboardEvent): (() => void) | undefined {
      const key = event.key.toLowerCase();
      if (isMod(event) && !event.altKey) {
        // In a field it is the field's own.
        if (key === 'z' && !event.shiftKey) return isTyping(event.target) ? undefined : shortcuts.undo();
        if (!event.shiftKey) return { k: shortcuts.search, b: shortcuts.toggleSidebar }[key];
        return { o: shortcuts.newChat, y: shortcuts.copyLast }[key];
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return undefined;
      return { '/': shortcuts.focusComposer, '?': shortcuts.help }[key];
    }
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const action = actionOf(event);
      if (!action) return;
      event.preventDefault();
      action();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [shortcuts]);
}
