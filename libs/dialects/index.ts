export { DIALECTS, type Dialect, DialectError, type FieldCode, type Path } from './errors/dialect-error.js';
export { type AnthropicErrorBody, errorBody, type OpenAiErrorBody } from './errors/error-body.js';
export { type Told, toldOf } from './errors/told.js';
export type { RemotePart } from './reading/files.js';
export { type ParseOptions, type ProgramRequest, type ProgramTurn, withoutRemote } from './reading/request.js';
export { Answer, type AnswerHead, answerId, type StreamWriter } from './writing/answer.js';
export type { Block, CallBlock, TextBlock, ThoughtBlock } from './writing/blocks.js';
export { HEARTBEAT } from './writing/sse.js';
export type { PassOptions } from './passing/passed-fields.js';
export { hear, type Heard, type PassedReader, PassedStream } from './passing/passed-stream.js';

export { type ChatHead, chatHead } from './chat/head.js';
export { type ChatCall, parseChat } from './chat/parse.js';
export { ChatPassedReader } from './chat/passed.js';
export { type ChatPassOptions, rewriteChat } from './chat/rewrite.js';
export { type ChatStreamOptions, ChatStreamWriter } from './chat/stream.js';
export { type ChatCompletionBody, wholeChat } from './chat/whole.js';

export { type MessagesHead, messagesHead } from './messages/head.js';
export { type MessagesCall, parseCounted, parseMessages } from './messages/parse.js';
export { MessagesPassedReader } from './messages/passed.js';
export { rewriteMessages } from './messages/rewrite.js';
export { type MessagesStreamOptions, MessagesStreamWriter } from './messages/stream.js';
export { type MessageBody, wholeMessage } from './messages/whole.js';

export type { ResponsesEcho } from './responses/echo.js';
export { type ResponsesHead, responsesHead } from './responses/head.js';
export type { OutputItem } from './responses/output.js';
export { parseResponses, type ResponsesCall } from './responses/parse.js';
export { ResponsesPassedReader } from './responses/passed.js';
export { type ResponsesPassOptions, rewriteResponses } from './responses/rewrite.js';
export { type ResponsesStreamOptions, ResponsesStreamWriter } from './responses/stream.js';
export {
  outputOf,
  type ResponseBody,
  responseBody,
  type ResponseState,
  type ResponseStatus,
  wholeResponse,
} from './responses/whole.js';
