import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import type { Model } from '../../../libs/models/index.js';
import { type AskedModel, type Conversation, Conversations, Messages } from '../../chat/store/index.js';
import { NEW_CONVERSATION, type StoredFilePart, type Turn } from '../../chat/store/index.js';
import type { AskBody } from '../../contract/ask.js';
import { mayAsk } from '../../auth/accounts/key-rights.js';
import type { KeyRights } from '../../http/request-auth.js';
import type { AskIds } from '../keys/idempotency-keys.js';
import { newId } from '../../../libs/ids/index.js';
import { wellFormed } from '../../../libs/text/index.js';
import type { StoredFile } from '../../files/index.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { messageUnknown } from '../stream/readers.service.js';
import { titleFromWords } from '../run/titles.service.js';
import { questionParts } from './asked-files.service.js';
import { mayName } from './check-ask.js';

/** The form of rows of whoever carries files and efforts, and counts what a key costs: 0.1 does not, and must not answer. */
const FORM_OF_PARTS = 2;

/** Who asks: a person, or a program for one. */
interface Asker {
  userId: string;
  program?: KeyRights;
}

/** A question as it will be stored, all but its ids settled. */
export interface Draft {
  userId: string;
  /** By which key it was asked; undefined: by a person. */
  program?: KeyRights;
  body: AskBody;
  model: Model;
  modelName: string;
  /** What may be asked instead, as far as the asker may ask it. */
  fallbacks: AskedModel[];
  conversation: Conversation | null;
  /** The message that the question answers; of another answer to an old question, that question. */
  parentId: string | null;
  /** What the question brings. */
  files: StoredFile[];
  /** Which form of rows a build has to know that answers it. */
  needs: number;
  /** When it was asked, ms since 1970. */
  askedAt: number;
}

/** Turns a request into a draft: looks up what it names, and refuses what does not exist. */
@Injectable()
export class Drafts {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly catalog: ModelCatalog,
  ) {}

  /**
   * `files`: those that the question brings. Errors: `conversation_unknown`, `message_unknown`, `model_unknown` (404),
   * `model_cannot` (422), `model_misconfigured`, `dependency_down` (503).
   */
  async make({ userId, program }: Asker, model: Model, body: AskBody, files: StoredFile[]): Promise<Draft> {
    const askedAt = Date.now();
    const conversation = await this.conversationOf(userId, body.conversationId);
    const { parentId, needs, kept = [] } = await this.parentOf(userId, body, conversation);
    const modelName = await this.modelName(model, body, conversation, program);
    await this.requireAbility(model, modelName, body, [...files, ...kept]);
    const isLimited = program !== undefined && program.tokensPerDay !== null;
    const own = body.reasoningEffort !== undefined || files.length > 0 || isLimited ? FORM_OF_PARTS : 1;
    const fallbacks = this.fallbacks(model, program);
    const found = { userId, program, body, model, modelName, fallbacks, conversation, parentId, files, askedAt };
    return { ...found, needs: Math.max(own, needs) };
  }

  /** Whether they take what the question holds shows when one is needed. */
  private fallbacks(model: Model, program: KeyRights | undefined): AskedModel[] {
    return this.catalog
      .fallbacksOf(model.name)
      .filter((other) => !program || mayAsk(program, other.endpoint, other.model));
  }

  /** Only the question's own pictures: those of earlier turns are named to a model that can't see them. */
  private async requireAbility(
    model: Model,
    name: string,
    body: AskBody,
    files: readonly { mediaType: string }[],
  ): Promise<void> {
    await this.catalog.requireEffort(model, name, body.reasoningEffort);
    const hasPicture = files.some(({ mediaType }) => mediaType.startsWith('image/'));
    if (hasPicture) await this.catalog.requireInput(model, name, 'image');
  }

  private async conversationOf(userId: string, id: string | undefined): Promise<Conversation | null> {
    if (id === undefined) return null;
    const conversation = mayName(id) ? await this.conversations.get(userId, id) : null;
    if (!conversation) throw new AppError('conversation_unknown', 404, 'There is no such conversation.');
    return conversation;
  }

  /**
   * What the question hangs on, and which form its branch needs: what was asked with files goes on so. `kept`: files of an
   * old question that is to be answered again.
   */
  private async parentOf(
    userId: string,
    body: AskBody,
    conversation: Conversation | null,
  ): Promise<{ parentId: string | null; needs: number; kept?: StoredFilePart[] }> {
    const { answerTo, parentMessageId } = body;
    if (!mayName(answerTo) || !mayName(parentMessageId)) throw messageUnknown();
    if (!conversation) return { parentId: parentMessageId ?? null, needs: 1 };
    if (answerTo === undefined) {
      const parentId = parentMessageId === undefined ? conversation.newestMessageId : parentMessageId;
      return { parentId, needs: await this.needsOf(conversation.id, parentId) };
    }
    const question = await this.messages.get(userId, { conversationId: conversation.id, id: answerTo });
    if (question?.role !== 'user') throw messageUnknown();
    const needs = question.parts ? FORM_OF_PARTS : await this.needsOf(conversation.id, question.parentId);
    const kept = question.parts?.items.filter((part): part is StoredFilePart => part.type === 'file');
    return { parentId: answerTo, needs, kept };
  }

  private async needsOf(conversationId: string, id: string | null): Promise<number> {
    return (id !== null && (await this.messages.getWriting({ conversationId, id }))?.needs) || 1;
  }

  /**
   * The one that is named; else the conversation's own, unless that is not offered here (any more); else the endpoint's
   * default. Where the provider does not tell what it offers, all are. What a key may not ask is not offered to it.
   */
  private async modelName(
    model: Model,
    body: AskBody,
    conversation: Conversation | null,
    program: KeyRights | undefined,
  ): Promise<string> {
    const may = (name: string) => !program || mayAsk(program, model.name, name);
    const usual = conversation?.endpoint === model.name ? conversation.model : undefined;
    const wanted = body.model ?? usual;
    if (wanted !== undefined && may(wanted)) {
      const offered = await this.catalog.list(model);
      if (!offered || offered.some((info) => info.name === wanted)) return wanted;
    }
    if (body.model !== undefined) throw modelUnknown(model.name, body.model);
    const usualHere = await this.catalog.requireDefault(model);
    if (!may(usualHere)) throw modelUnknown(model.name, usualHere);
    return usualHere;
  }
}

function modelUnknown(endpoint: string, model: string): AppError {
  const params = { endpoint, model };
  return new AppError('model_unknown', 404, `The endpoint ${endpoint} offers no model of that name.`, { params });
}

/** New ids for a draft, each sorting after its parent's. */
export function idsFor(draft: Draft): AskIds {
  const { conversation, parentId, body } = draft;
  const userMessageId = body.answerTo ?? newId(parentId);
  return { conversationId: conversation?.id ?? newId(), userMessageId, messageId: newId(userMessageId) };
}

/**
 * The turn to store. Ids that were made for an earlier try may sort before a newest message that came in between: 409
 * `conversation_changed`. A parent that was named may be any text of an id: whether it is there, the store tells.
 */
export function turnFrom(draft: Draft, ids: AskIds): Turn {
  const { userId, body, model, modelName, conversation, parentId } = draft;
  const newestMatters = conversation && body.parentMessageId === undefined && body.answerTo === undefined;
  if (newestMatters && parentId !== null && ids.userMessageId <= parentId) {
    throw new AppError('conversation_changed', 409, 'Another question came in between.');
  }
  const { instructions, temperature, maxTokens, reasoningEffort } = body;
  const answer = { id: ids.messageId, parentId: ids.userMessageId, endpoint: model.name, model: modelName };
  const text = wellFormed(body.message ?? '');
  const question = { id: ids.userMessageId, parentId, text, parts: questionParts(draft.files, text) };
  const key = draft.program && { id: draft.program.id, tokensPerDay: draft.program.tokensPerDay };
  const { fallbacks } = draft;
  const own = { maxTokens, reasoningEffort, ...(key && { key }), ...(fallbacks.length > 0 && { fallbacks }) };
  const settings = conversation ? { instructions, temperature, ...own } : own;
  const kept = conversation ?? { instructions, temperature };
  const inherits = (kept.instructions ?? kept.temperature ?? null) !== null;
  return {
    userId,
    conversation: conversation?.id ?? newConversation(draft, ids),
    question: body.answerTo === undefined ? question : undefined,
    // A new conversation keeps instructions and temperature for all its answers.
    answer: { ...answer, params: inherits ? { ...settings, inherits } : settings, needs: draft.needs },
    expectedNewest: newestMatters ? conversation.newestMessageId : undefined,
  };
}

function newConversation({ userId, body, model, modelName, files }: Draft, ids: AskIds): Conversation {
  const now = new Date();
  return {
    ...NEW_CONVERSATION,
    id: ids.conversationId,
    userId,
    title: titleFromWords(body.message?.trim() || (files[0]?.filename ?? '')),
    endpoint: model.name,
    model: modelName,
    instructions: body.instructions ?? null,
    temperature: body.temperature ?? null,
    createdAt: now,
    updatedAt: now,
  };
}

/** Tells a repeat from another request under the same idempotency key. Fields in any order. */
export function fingerprintOf(endpoint: string, body: AskBody): string {
  const fields = Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([endpoint, fields]))
    .digest('base64url');
}
