/** Where a passage begins and ends in a document's text, in UTF-16 units. */
export type Passage = readonly [start: number, end: number];

/** The passage that a source names; undefined: only its document. */
export function passageOf(sourceId: string): Passage | undefined {
  const [, start, end] = /:(\d+)-(\d+)$/.exec(sourceId) ?? [];
  return start === undefined ? undefined : [Number(start), Number(end)];
}
