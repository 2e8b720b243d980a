/** A document in a turn, in a form that can't be taken for the question's own words; the same bytes each time. */
export function asDocument(name: string, content: string, note?: string): string {
  const label = note ? ` ${note}="true"` : '';
  return `<document name=${JSON.stringify(name)}${label}>\n${content}\n</document>`;
}
