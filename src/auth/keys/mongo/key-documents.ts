import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type DocumentOf, fromDocument, toDocument, typesOf } from '../../../../libs/fields/index.js';
import { API_KEY_FIELDS, type ApiKey } from '../api-key.js';

/** What a key's document has beside its fields. */
@Schema({ versionKey: false })
class ApiKeyState {
  /**
   * Which of its user's places it has: one key each, so there are never more than there are places. Of one that was copied or
   * restored its id: that is nobody else's place.
   */
  @Prop({ type: Object }) slot: number | string;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

/** A key in MongoDB. */
export type ApiKeyDocument = DocumentOf<ApiKey> & ApiKeyState;

export const apiKeySchema = SchemaFactory.createForClass(ApiKeyState)
  .add(typesOf(API_KEY_FIELDS))
  // ApiKeyStore.findByHash
  .index({ hash: 1 }, { unique: true })
  // ApiKeyStore.create: one key a place; listByUser, removeByUser
  .index({ userId: 1, slot: 1 }, { unique: true });

export const docToKey = fromDocument<ApiKey>(API_KEY_FIELDS);
export const keyToDoc = toDocument<ApiKey, DocumentOf<ApiKey>>(API_KEY_FIELDS);
