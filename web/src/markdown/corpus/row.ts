/** Markdown, and the outline of what is shown for it. */
export type Row = [markdown: string, outline: string];
