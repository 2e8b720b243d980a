import { type FilePart, type ModelTurn, textOfTurn, type TurnPart } from './model.js';
import type { OpenAiServer } from './openai-server.js';
import { dataUrl, isPdf } from './sent-files.js';

export type OpenAiPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string } }
  | { type: 'file'; file: { filename: string; file_data: string } }
  | MistralDocument;

/** A PDF, as Mistral has it. */
export interface MistralDocument {
  type: 'document_url';
  document_url: string;
}

export type OpenAiMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | OpenAiPart[] }
  // What OpenRouter wants back.
  | { role: 'assistant'; content: string; reasoning_details?: unknown[] };

export interface MessageOptions {
  server: OpenAiServer;
  /** The thoughts of earlier turns go back, as far as their provider wants them. */
  withThoughts: boolean;
}

/** The messages of chat completions. Text alone stays a text: servers of small models take nothing else. */
export function openAiMessages(turns: ModelTurn[], options: MessageOptions): OpenAiMessage[] {
  return turns.map((turn) => (turn.role === 'user' ? question(turn, options) : answer(turn, options)));
}

function question(turn: ModelTurn, { server }: MessageOptions): OpenAiMessage {
  const hasFile = turn.parts.some(({ type }) => type === 'file');
  return { role: 'user', content: hasFile ? turn.parts.flatMap((part) => partOf(part, server)) : textOfTurn(turn) };
}

function answer(turn: ModelTurn, { withThoughts }: MessageOptions): OpenAiMessage {
  const details = withThoughts ? turn.parts.flatMap(detailsOf) : [];
  return { role: 'assistant', content: textOfTurn(turn), ...(details.length > 0 && { reasoning_details: details }) };
}

function partOf(part: TurnPart, server: OpenAiServer): OpenAiPart[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  return part.type === 'file' ? [fileOf(part, server)] : [];
}

function fileOf(part: FilePart, server: OpenAiServer): OpenAiPart {
  if (!isPdf(part)) return { type: 'image_url', image_url: { url: dataUrl(part) } };
  if (server === 'mistral') return { type: 'document_url', document_url: dataUrl(part) };
  return { type: 'file', file: { filename: part.filename, file_data: dataUrl(part) } };
}

/** Of OpenRouter's thoughts. */
function detailsOf(part: TurnPart): unknown[] {
  const details = part.type === 'reasoning' ? part.providerMetadata?.reasoning_details : undefined;
  return Array.isArray(details) ? details : [];
}
