/** Gives the focus to a button of the row that `within` is in: another one may stand in its place by then. */
export function focusInRow(within: Element, label: string): void {
  const at = within.closest('[data-index]')?.getAttribute('data-index');
  const button = `[data-index="${at}"] button[aria-label="${CSS.escape(label)}"]`;
  requestAnimationFrame(() => document.querySelector<HTMLElement>(button)?.focus());
}
