import { useEffect } from 'react';
import { isMod } from '../ui/keys.js';

/** Ctrl or ⌘ + F looks through the conversation. Pressed again in that field it is the browser's. */
export function useFindKey(isOn: boolean, find: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    function onKeyDown(event: KeyboardEvent): void {
      const isFind = isMod(event) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'f';
      if (!isFind || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      const field = document.querySelector<HTMLInputElement>('.find input');
      if (field && document.activeElement === field) return;
      event.preventDefault();
      field?.focus();
      find();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });
}
