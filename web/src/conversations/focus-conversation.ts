import { hasFinePointer } from '../ui/pointer.js';

/** Gives the focus to a conversation that has come back into the list; where that is not in sight, to the page's content. */
export function focusConversation(id: string): void {
  const fallback = hasFinePointer() ? '#composer' : '#content';
  requestAnimationFrame(() => {
    const row = document.querySelector<HTMLElement>(`#sidebar a[href="/c/${CSS.escape(id)}"]`);
    (row ?? document.querySelector<HTMLElement>(fallback))?.focus();
  });
}
