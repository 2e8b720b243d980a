/** What a model might take for a tag of ours: white space and what can't be seen does not keep it from that. */
const TAG = /<(?=[\s\p{Cf}]*(?:\/[\s\p{Cf}]*)?document)/giu;

/**
 * A document in a turn, in a form that can't be taken for the question's own words: where name or content say the tags
 * themselves, `<` is `&lt;`. The same bytes each time.
 */
export function asDocument(name: string, content: string, note?: string): string {
  const label = note ? ` ${note}="true"` : '';
  return `<document name=${harmless(JSON.stringify(name))}${label}>\n${harmless(content)}\n</document>`;
}

/** In the place of a document of which nothing fits. */
export function leftOut(name: string): string {
  return `[file: ${harmless(name)} (left out: it does not fit beside the other files)]`;
}

const harmless = (text: string) => text.replace(TAG, '&lt;');
