import { type FilePart, type ModelTurn, textOfTurn, type ToolResultPart, type TurnPart } from './model.js';
import type { OpenAiServer } from './openai-server.js';
import { openAiCall, openAiCallId, type OpenAiToolCall } from './openai-tools.js';
import { dataUrl, isPdf } from './sent-files.js';
import { filesOfResult, isCall, isResult, textOfResult } from './tool-parts.js';

/** Behind what a result says. */
const FILES_FOLLOW = 'The files of this result follow in the next message.';

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
  | { role: 'tool'; tool_call_id: string; content: string }
  | OpenAiAnswer;

interface OpenAiAnswer {
  role: 'assistant';
  /** Null: it only called tools. */
  content: string | null;
  tool_calls?: OpenAiToolCall[];
  /** What OpenRouter wants back. */
  reasoning_details?: unknown[];
  /** What DeepSeek wants back beside calls. */
  reasoning_content?: string;
}

export interface MessageOptions {
  server: OpenAiServer;
  /** The thoughts of earlier turns go back, as far as their provider wants them. */
  withThoughts: boolean;
}

/** The messages of chat completions. Text alone stays a text: servers of small models take nothing else. */
export function openAiMessages(turns: ModelTurn[], options: MessageOptions): OpenAiMessage[] {
  return turns.flatMap((turn) => (turn.role === 'user' ? question(turn, options) : [answer(turn, options)]));
}

/** Results of tools come first, each as a message of its own. */
function question({ role, parts }: ModelTurn, { server }: MessageOptions): OpenAiMessage[] {
  const results = parts.filter(isResult);
  const messages: OpenAiMessage[] = results.map((result) => resultMessage(result, server));
  const asked = [...results.flatMap(shownFiles), ...parts.filter((part) => !isResult(part))];
  if (asked.length === 0) return messages;
  const hasFile = asked.some(({ type }) => type === 'file');
  const content = hasFile ? asked.flatMap((part) => partOf(part, server)) : textOfTurn({ role, parts: asked });
  return [...messages, { role: 'user', content }];
}

function resultMessage(result: ToolResultPart, server: OpenAiServer): OpenAiMessage {
  const text = textOfResult(result);
  const told = filesOfResult(result).length > 0 ? [text, FILES_FOLLOW].filter(Boolean).join('\n\n') : text;
  const content = told === '' && result.isError ? 'The tool failed.' : told;
  return { role: 'tool', tool_call_id: openAiCallId(result.toolCallId, server), content };
}

/** A tool's message takes text only. */
function shownFiles(result: ToolResultPart): TurnPart[] {
  const files = filesOfResult(result);
  if (files.length === 0) return [];
  return [{ type: 'text', text: `Files in the result of the tool call ${result.toolCallId}:\n\n` }, ...files];
}

function answer(turn: ModelTurn, { withThoughts, server }: MessageOptions): OpenAiMessage {
  const details = withThoughts ? turn.parts.flatMap(detailsOf) : [];
  const calls = turn.parts.filter(isCall).map((part) => openAiCall(part, server));
  const text = textOfTurn(turn);
  const thoughts = withThoughts && server === 'deepseek' && calls.length > 0 ? thoughtsOf(turn) : '';
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(thoughts !== '' && { reasoning_content: thoughts }),
  };
}

const thoughtsOf = ({ parts }: ModelTurn) => parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('');

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
