/** A piece of an answer, in its order. */
export interface Piece {
  isThought: boolean;
  text: string;
}

const THOUGHT = /^(thinking|reasoning)$/;
const TEXT = /^(text|output_text)$/;

/**
 * Content is a text, one part or several; some of those are thoughts (Mistral: a list of texts under `thinking`) or
 * pictures (OpenRouter), of which nothing is told.
 */
export function piecesOf(content: unknown): Piece[] {
  if (typeof content === 'string') return content === '' ? [] : [{ isThought: false, text: content }];
  if (Array.isArray(content)) return content.flatMap(piecesOf);
  if (typeof content !== 'object' || content === null) return [];
  const { type = 'text', text, value, thinking, reasoning } = content as Record<string, unknown>;
  if (TEXT.test(String(type))) return piecesOf(text ?? value);
  if (!THOUGHT.test(String(type))) return [];
  return piecesOf(thinking ?? reasoning ?? text).map((piece) => ({ ...piece, isThought: true }));
}

/** The text of content alone. A part's may be `{ value }` (OpenAI's assistants). */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return piecesOf(content)
    .map((piece) => (piece.isThought ? '' : piece.text))
    .join('');
}
