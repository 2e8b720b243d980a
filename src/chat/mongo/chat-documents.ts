import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import type { FinishReason } from '../../../libs/models/index.js';
import { type AnswerParams, type MessageError, type MessageStatus, TOMBSTONE_MS, type Usage } from '../store/index.js';

const Json = mongoose.Schema.Types.Mixed;

/** A conversation in MongoDB. When it is deleted, this document becomes its tombstone: one write decides for both. */
@Schema({ versionKey: false })
export class ConversationDocument {
  @Prop({ type: String }) _id: string;
  @Prop({ type: String }) userId: string;
  @Prop({ type: String }) title: string;
  @Prop({ type: String }) endpoint: string;
  @Prop({ type: String }) model: string;
  @Prop({ type: String }) instructions: string | null;
  @Prop({ type: Number }) temperature: number | null;
  @Prop({ type: Boolean }) pinned: boolean;
  @Prop({ type: Boolean }) archived: boolean;
  @Prop({ type: Date }) createdAt: Date;
  @Prop({ type: Date }) updatedAt: Date;
  @Prop({ type: String }) newestMessageId: string | null;
  /** Answers of the turns that were accepted last: whose turn is in here was accepted, whatever came after it. */
  @Prop({ type: [String] }) lastTurns: string[];
  @Prop({ type: Date }) buriedAt?: Date | null;
  /** Buried, and its rows are still there. */
  @Prop({ type: Boolean }) burying?: boolean;
  @Prop({ type: Date }) removedAt?: Date | null;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

export const conversationSchema = SchemaFactory.createForClass(ConversationDocument)
  // Conversations.list, newest activity first; Conversations.idsOfUser
  .index({ userId: 1, archived: 1, updatedAt: -1, _id: -1 })
  // Conversations.list of the few pinned ones among many
  .index({ userId: 1, archived: 1, pinned: 1, updatedAt: -1, _id: -1 }, { partialFilterExpression: { pinned: true } })
  // Conversations.unfinishedBurials
  .index({ burying: 1, buriedAt: 1 }, { partialFilterExpression: { burying: true } })
  // The tombstone's end, by the server itself
  .index({ removedAt: 1 }, { expireAfterSeconds: TOMBSTONE_MS / 1000 });

/** A message in MongoDB. */
@Schema({ versionKey: false })
export class MessageDocument {
  @Prop({ type: String }) _id: string;
  @Prop({ type: String }) conversationId: string;
  @Prop({ type: String }) userId: string;
  @Prop({ type: String }) parentId: string | null;
  @Prop({ type: String }) role: 'user' | 'assistant';
  @Prop({ type: String }) text: string;
  /** `accepting`: of a turn that is not in its conversation yet; nobody sees it. */
  @Prop({ type: String }) status: MessageStatus | 'accepting';
  @Prop({ type: String }) endpoint: string | null;
  @Prop({ type: String }) model: string | null;
  @Prop({ type: Json }) usage: Usage | null;
  @Prop({ type: Json }) error: MessageError | null;
  /** Missing where an older build wrote the answer. */
  @Prop({ type: String }) finishReason?: FinishReason | null;
  @Prop({ type: Date }) createdAt: Date;
  @Prop({ type: Date }) updatedAt: Date;
  @Prop({ type: Json }) params: AnswerParams;
  @Prop({ type: Number }) epoch: number;
  @Prop({ type: String }) owner: string | null;
  @Prop({ type: Date }) touchedAt: Date;
  @Prop({ type: Boolean }) stop: boolean;
  @Prop({ type: Number }) attempts: number;
  @Prop({ type: Number }) deaths: number;
  @Prop({ type: Date }) dueAt: Date | null;
  @Prop({ type: Json }) spent: Usage | null;
  /** An answer that is being accepted or written. */
  @Prop({ type: Boolean }) writing: boolean;
  /** Its conversation is under a tombstone: so a single guard sees it. */
  @Prop({ type: Boolean }) buried?: boolean;
  /** Which call claimed it or let it go last: who gets no answer knows its own doing again. */
  @Prop({ type: String }) hand?: string;
  /** The last claim replaced an owner who had not let go. */
  @Prop({ type: Boolean }) vanished?: boolean;
  /** The words of a question, or of an answer that has ended. */
  @Prop({ type: [String] }) tokens?: string[];
  /** Ended with the text that stood: its words are entered before the next search of its user. */
  @Prop({ type: Boolean }) unindexed?: boolean;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

export const messageSchema = SchemaFactory.createForClass(MessageDocument)
  // Messages.list, branch, writingOfConversation; Conversations.bury, remove
  .index({ conversationId: 1, _id: 1 })
  // Messages.untouched, writingOfUser: only what is being written is in it
  .index({ writing: 1, userId: 1 }, { partialFilterExpression: { writing: true } })
  // MessageSearch.search, newest first, by a whole word
  .index({ userId: 1, tokens: 1, _id: -1 })
  // MessageSearch.search for a word's beginning alone: where many messages hold it, the newest are found soon by this one
  .index({ userId: 1, _id: -1 })
  // MessageSearch.search, before it: nearly always empty
  .index({ unindexed: 1, userId: 1 }, { partialFilterExpression: { unindexed: true } });
