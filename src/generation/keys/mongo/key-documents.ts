import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import { KEY_LIFE_MS, type AskIds } from '../idempotency-keys.js';

/** An idempotency key in MongoDB. Never partitioned: a key is looked up by nothing but itself. */
@Schema({ versionKey: false })
export class KeyDocument {
  /** User and key, as JSON: one text for each pair. */
  @Prop({ type: String }) _id: string;
  @Prop({ type: String }) userId: string;
  @Prop({ type: String }) fingerprint: string;
  @Prop({ type: mongoose.Schema.Types.Mixed }) ids: AskIds;
  @Prop({ type: Boolean }) accepted: boolean;
  @Prop({ type: Date }) claimedAt: Date;
  /** Which call claimed it or took it over last: who gets no answer knows its own doing again. */
  @Prop({ type: String }) hand: string;
}

export const keySchema = SchemaFactory.createForClass(KeyDocument)
  // IdempotencyKeys.removeByUser
  .index({ userId: 1 })
  // IdempotencyKeys.unaccepted: nearly all keys are accepted ones, and not in it
  .index({ accepted: 1, claimedAt: 1 }, { partialFilterExpression: { accepted: false } })
  // The key's end, by the server itself; IdempotencyKeys.prune
  .index({ claimedAt: 1 }, { expireAfterSeconds: KEY_LIFE_MS / 1000 });
