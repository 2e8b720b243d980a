import type { FinishReason } from '../../../libs/models/index.js';
import type { AnswerParams, Conversation, Message, MessageError, StoredMessage, Usage } from '../store/index.js';

/** A row of `conversations` in SQLite. */
export interface ConversationRow {
  id: string;
  user_id: string;
  title: string;
  endpoint: string;
  model: string;
  instructions: string | null;
  temperature: number | null;
  pinned: number;
  archived: number;
  created_at: number;
  updated_at: number;
  newest_message_id: string | null;
}

export const CONVERSATION_COLUMNS = `c.id, c.user_id, c.title, c.endpoint, c.model, c.instructions, c.temperature,
  c.pinned, c.archived, c.created_at, c.updated_at, c.newest_message_id`;

export function toConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    endpoint: row.endpoint,
    model: row.model,
    instructions: row.instructions,
    temperature: row.temperature,
    pinned: row.pinned === 1,
    archived: row.archived === 1,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    newestMessageId: row.newest_message_id,
  };
}

/** What clients see of a row of `messages`. */
export interface MessageRow {
  id: string;
  conversation_id: string;
  user_id: string;
  parent_id: string | null;
  role: Message['role'];
  status: Message['status'];
  endpoint: string | null;
  model: string | null;
  usage: string | null;
  error: string | null;
  created_at: number;
  updated_at: number;
  text: string;
  finish_reason: FinishReason | null;
}

export interface AnswerRow extends MessageRow {
  params: string;
  epoch: number;
  owner: string | null;
  touched_at: number;
  stop: number;
  attempts: number;
  deaths: number;
  due_at: number | null;
  spent: string | null;
}

export const MESSAGE_COLUMNS = `m.id, m.conversation_id, m.user_id, m.parent_id, m.role, m.status, m.endpoint, m.model,
  m.usage, m.error, m.created_at, m.updated_at, m.text, m.finish_reason`;

export const ANSWER_COLUMNS = `${MESSAGE_COLUMNS}, m.params, m.epoch, m.owner, m.touched_at, m.stop, m.attempts,
  m.deaths, m.due_at, m.spent`;

export function rowToMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    userId: row.user_id,
    parentId: row.parent_id,
    role: row.role,
    text: row.text,
    status: row.status,
    endpoint: row.endpoint,
    model: row.model,
    usage: parsed<Usage>(row.usage),
    error: parsed<MessageError>(row.error),
    finishReason: row.finish_reason,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

export function rowToStored(row: AnswerRow): StoredMessage {
  return {
    ...rowToMessage(row),
    params: JSON.parse(row.params) as AnswerParams,
    epoch: row.epoch,
    owner: row.owner,
    touchedAt: row.touched_at,
    stop: row.stop === 1,
    attempts: row.attempts,
    deaths: row.deaths,
    dueAt: row.due_at,
    spent: parsed<Usage>(row.spent),
  };
}

export function json(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function parsed<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}
