/**
 * What a model thought before it answered, where its provider left that in the text, and the answer itself. Only at the
 * beginning: an answer may speak of the mark. Without an end all of it is thought, so far.
 */
export function withoutThoughts(text: string): { thoughts: string | null; answer: string } {
  const [all, name, thoughts] = /^\s*<(think|thinking)>([\s\S]*?)(?:<\/\1>|$(?![\s\S]))\s*/.exec(text) ?? [];
  if (all === undefined || name === undefined) return { thoughts: null, answer: text };
  return { thoughts: thoughts.trim(), answer: text.slice(all.length) };
}
