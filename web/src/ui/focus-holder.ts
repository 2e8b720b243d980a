/** What has the focus; of an open menu, which is about to close, what opened it. */
export function focusHolder(): HTMLElement | null {
  const active = document.activeElement as HTMLElement | null;
  const menu = active?.closest('[role="menu"]');
  return (menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '')) ?? active;
}
