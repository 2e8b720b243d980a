const isMac = /Mac|iP(hone|ad)/.test(navigator.userAgent);

/** How the keys are called on this machine. */
export const MOD = isMac ? '⌘' : 'Ctrl';
/** As `aria-keyshortcuts` has it. */
export const undoKey = isMac ? 'Meta+Z' : 'Control+Z';
export const SHIFT = isMac ? '⇧' : 'Shift';
export const ALT = isMac ? '⌥' : 'Alt';

export function isMod(event: { ctrlKey: boolean; metaKey: boolean }): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}

/** Whether the key belongs to an input method. Safari tells of the last one of a composition by its code alone. */
export function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}

/** Whether a dialog or a menu is open: it has the keys for itself. */
export function isCovered(): boolean {
  return document.querySelector('dialog[open], [role="menu"]') !== null;
}

/**
 * Hears of Escape before anything else does, and so sees what it is for: what the key closes is still open then. Returns how
 * to stop.
 */
export function onEscape(listener: () => void): () => void {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !isComposing(event) && !isCovered()) listener();
  }
  window.addEventListener('keydown', onKeyDown, true);
  return () => window.removeEventListener('keydown', onKeyDown, true);
}

/** Whether somebody is typing: then single keys are text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
