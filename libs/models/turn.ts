/**
 * What a provider wants back unchanged with a part: signatures, redacted blocks, ids. JSON that only the dialect that made
 * it can read; for the same endpoint and model, never shown.
 */
export type ProviderMetadata = Record<string, unknown>;

export interface TextPart {
  type: 'text';
  text: string;
}

/** A thought. `text` is empty where its provider hides it. */
export interface ReasoningPart {
  type: 'reasoning';
  text: string;
  providerMetadata?: ProviderMetadata;
}

/** A picture or a PDF, as it goes to the provider. */
export interface FilePart {
  type: 'file';
  filename: string;
  mediaType: string;
  data: Buffer;
}

/** In an assistant's turn. `input`: JSON as the model wrote it, maybe broken. */
export interface ToolCallPart {
  type: 'tool-call';
  toolCallId: string;
  toolName: string;
  input: string;
  providerMetadata?: ProviderMetadata;
}

/** What a call of a tool gave. In a user's turn, before anything else of it. */
export interface ToolResultPart {
  type: 'tool-result';
  toolCallId: string;
  content: Array<TextPart | FilePart>;
  /** The tool failed, and `content` says how. */
  isError?: boolean;
}

export type TurnPart = TextPart | ReasoningPart | FilePart | ToolCallPart | ToolResultPart;

/** One turn of the context, oldest first; its parts in the order in which they came about. */
export interface ModelTurn {
  role: 'user' | 'assistant';
  parts: TurnPart[];
}

/** A turn of text alone. */
export const textTurn = (role: ModelTurn['role'], text: string): ModelTurn => ({
  role,
  parts: [{ type: 'text', text }],
});

/** The texts of a turn, one behind the other. */
export function textOfTurn({ parts }: ModelTurn): string {
  return parts.length === 1 && parts[0].type === 'text'
    ? parts[0].text
    : parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
