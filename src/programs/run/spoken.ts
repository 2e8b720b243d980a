import {
  type Answer,
  type AnswerHead,
  chatHead,
  ChatPassedReader,
  ChatStreamWriter,
  type Dialect,
  messagesHead,
  MessagesPassedReader,
  MessagesStreamWriter,
  parseChat,
  parseMessages,
  type ParseOptions,
  type PassedReader,
  type PassOptions,
  type ProgramRequest,
  rewriteChat,
  rewriteMessages,
  type StreamWriter,
  wholeChat,
  wholeMessage,
} from '../../../libs/dialects/index.js';
import type { ForwardPath, ModelDialect } from '../../../libs/models/index.js';

/** What the front door must know of a body. */
export interface Head {
  model: string;
  stream: boolean;
  includeUsage?: boolean;
}

export interface WriterOptions {
  head: AnswerHead;
  asked: Head;
  requestId: string;
  /** Of the input, by estimate. */
  inputTokens: () => number;
}

/** A dialect in which programs ask for answers. What reads a body throws a DialectError. */
export interface Spoken {
  dialect: Dialect & ('chat' | 'messages');
  /** Whoever speaks this takes the same bodies, there. */
  upstream: ModelDialect;
  path: ForwardPath;
  /** What a program says to the provider beside the body. */
  headers: readonly string[];
  keepsCallMetadata: boolean;
  head(body: unknown): Head;
  parse(body: unknown, options: ParseOptions): { request: ProgramRequest };
  rewrite(body: unknown, options: PassOptions): Record<string, unknown>;
  reader(asked: Head): PassedReader;
  writer(options: WriterOptions): StreamWriter;
  whole(head: AnswerHead, answer: Answer): object;
}

export const CHAT: Spoken = {
  dialect: 'chat',
  upstream: 'openai',
  path: '/chat/completions',
  headers: [],
  keepsCallMetadata: true,
  head: chatHead,
  parse: parseChat,
  rewrite: (body, options) => rewriteChat(body, { ...options, withUsage: true }),
  reader: ({ stream, includeUsage }) => new ChatPassedReader(stream && !includeUsage),
  writer: ({ head, asked }) => new ChatStreamWriter({ head, includeUsage: asked.includeUsage === true }),
  whole: wholeChat,
};

export const MESSAGES: Spoken = {
  dialect: 'messages',
  upstream: 'anthropic',
  path: '/messages',
  headers: ['anthropic-version', 'anthropic-beta'],
  keepsCallMetadata: false,
  head: messagesHead,
  parse: parseMessages,
  rewrite: rewriteMessages,
  reader: () => new MessagesPassedReader(),
  writer: ({ head, requestId, inputTokens }) =>
    new MessagesStreamWriter({ head, requestId, inputTokens: inputTokens() }),
  whole: wholeMessage,
};
