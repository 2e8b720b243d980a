import { type FilePart, type ModelTurn, textOfTurn, type TurnPart } from './model.js';
import type { OpenAiServer } from './openai-server.js';
import { dataUrl, isPdf } from './sent-files.js';

export interface OpenAiMessage {
  role: string;
  content: unknown;
  reasoning_details?: unknown[];
}

export interface MessageOptions {
  server: OpenAiServer;
  /** The thoughts of earlier turns go back, as far as their provider wants them. */
  withThoughts: boolean;
}

/** The messages of chat completions. Text alone stays a text: servers of small models take nothing else. */
export function openAiMessages(turns: ModelTurn[], { server, withThoughts }: MessageOptions): OpenAiMessage[] {
  return turns.map((turn) => {
    const hasFile = turn.parts.some(({ type }) => type === 'file');
    const content = hasFile ? turn.parts.flatMap((part) => contentOf(part, server)) : textOfTurn(turn);
    const details = withThoughts ? turn.parts.flatMap(detailsOf) : [];
    return { role: turn.role, content, ...(details.length > 0 && { reasoning_details: details }) };
  });
}

function contentOf(part: TurnPart, server: OpenAiServer): object[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  return part.type === 'file' ? [fileOf(part, server)] : [];
}

function fileOf(part: FilePart, server: OpenAiServer): object {
  if (!isPdf(part)) return { type: 'image_url', image_url: { url: dataUrl(part) } };
  if (server === 'mistral') return { type: 'document_url', document_url: dataUrl(part) };
  return { type: 'file', file: { filename: part.filename, file_data: dataUrl(part) } };
}

/** Of OpenRouter's thoughts. */
function detailsOf(part: TurnPart): unknown[] {
  const details = part.type === 'reasoning' ? part.providerMetadata?.reasoning_details : undefined;
  return Array.isArray(details) ? details : [];
}
