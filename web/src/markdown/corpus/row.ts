/** Markdown, the outline of what is shown for it, and the name of one that was reported. */
export type Row = [markdown: string, outline: string, reported?: string];
