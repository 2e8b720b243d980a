import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { mongo } from 'mongoose';
import { Turns } from '../../../../libs/async/index.js';
import { dependencyDown } from '../../../../libs/errors/index.js';
import { type DocumentOf, fromDocument, toDocument, typesOf } from '../../../../libs/fields/index.js';
import type { MongoCollection, MongoDatabase } from '../../../../libs/mongo/index.js';
import { CONTENT_FIELDS, type ContentRecord, STORED_FILE_FIELDS, type StoredFile } from '../file.js';

/** What a file's document has beside its fields. */
@Schema({ versionKey: false })
class FileState {
  /** Nothing holds it, and it is not being deleted. */
  @Prop({ type: Boolean }) unheld: boolean;
  /** Which call marked it last: who gets no answer knows its own doing again. */
  @Prop({ type: String }) callId?: string;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

/** A file in MongoDB. */
export type FileDocument = DocumentOf<StoredFile, 'checkAt' | 'touchedAt'> & FileState;

/** In partial indexes: a date, and not null. */
const ANY_TIME = { $gt: new Date(0) };

export const fileSchema = SchemaFactory.createForClass(FileState)
  .add(typesOf(STORED_FILE_FIELDS))
  // FileRows.list, markAllOf
  .index({ userId: 1, _id: -1 })
  // FileRows.dropHolders
  .index({ holders: 1 })
  // FileRows.unchecked
  .index({ checkAt: 1 }, { partialFilterExpression: { checkAt: ANY_TIME } })
  // FileRows.markUnheld
  .index({ unheld: 1, createdAt: 1 }, { partialFilterExpression: { unheld: true } })
  // FileRows.deleting
  .index({ deleting: 1, userId: 1 }, { partialFilterExpression: { deleting: true } })
  // Readings.unread, waiting
  .index({ state: 1, _id: 1 }, { partialFilterExpression: { state: 'processing' } })
  // ContentRecords.beginRemoval
  .index({ contentId: 1 });

/** What a content's document has beside its fields. */
@Schema({ versionKey: false })
class ContentState {
  /** Which call began its removal. */
  @Prop({ type: String }) callId?: string;
  @Prop({ type: String }) migrated?: string;
}

export type ContentDocument = DocumentOf<ContentRecord, 'dueAt'> & ContentState;

export const contentSchema = SchemaFactory.createForClass(ContentState)
  .add(typesOf(CONTENT_FIELDS))
  // ContentRecords.open; and that there is one
  .index({ sha256: 1 }, { unique: true, partialFilterExpression: { deleting: false } })
  // ContentRecords.due
  .index({ dueAt: 1 }, { partialFilterExpression: { dueAt: ANY_TIME } })
  // ContentRecords.leaving
  .index({ deleting: 1, _id: 1 }, { partialFilterExpression: { deleting: true } });

export interface ReservedBytes {
  id: string;
  bytes: number;
  touchedAt: Date;
}

/** Of one person: bytes of their files, and what is reserved. One write decides. */
@Schema({ versionKey: false })
export class QuotaDocument {
  /** The user. */
  @Prop({ type: String }) _id: string;
  @Prop({ type: Number }) used: number;
  @Prop({ type: [Object] }) reservations: ReservedBytes[];
}

export const quotaSchema = SchemaFactory.createForClass(QuotaDocument);

/** A mark that stands for a while. */
@Schema({ versionKey: false })
export class RestDocument {
  @Prop({ type: String }) _id: 'contents';
  @Prop({ type: Date }) until: Date;
}

export const restSchema = SchemaFactory.createForClass(RestDocument);

export const docToFile = fromDocument<StoredFile>(STORED_FILE_FIELDS);
const toFileFields = toDocument<StoredFile, DocumentOf<StoredFile, 'checkAt' | 'touchedAt'>>(STORED_FILE_FIELDS);
export function fileToDoc(file: StoredFile): FileDocument {
  return { ...toFileFields(file), unheld: file.holders.length === 0 && !file.deleting };
}

export const docToContent = fromDocument<ContentRecord>(CONTENT_FIELDS);

/** For an update: whether nothing holds it, after what was changed before. */
export const SET_UNHELD = {
  $set: { unheld: { $and: [{ $eq: ['$holders', []] }, { $not: ['$deleting'] }] } },
};

/** In an update: so long from now, by the server's clock. */
export const fromNow = (ms: number) => ({ $add: ['$$NOW', ms] });

/** Transactions of one person that wait in this process: as many as there may be uploads, readings and deletions. */
const MOST_WAITING = 10_000;

/** What the MongoDB adapters of this feature share. */
export class FileCollections {
  readonly files: MongoCollection<FileDocument>;
  readonly contents: MongoCollection<ContentDocument>;
  readonly quotas: MongoCollection<QuotaDocument>;
  readonly rests: MongoCollection<RestDocument>;

  /** One at a time for a person: each changes the same document, and whoever comes in between has to begin again. */
  private readonly turns = new Turns(MOST_WAITING, () => dependencyDown('database', new Error('too many wait')));

  constructor(
    readonly database: MongoDatabase,
    /** `lazy`: no index is made before something is written. */
    { lazy = false }: { lazy?: boolean } = {},
  ) {
    this.files = database.collection<FileDocument>('files', fileSchema, { lazy });
    this.contents = database.collection<ContentDocument>('file_contents', contentSchema, { lazy });
    this.quotas = database.collection<QuotaDocument>('file_quotas', quotaSchema, { lazy });
    this.rests = database.collection<RestDocument>('file_rests', restSchema, { lazy });
  }

  /** What changes files of a person and how much they have, all or nothing. */
  ofUser<T>(userId: string, work: (db: mongo.Db, session: mongo.ClientSession) => Promise<T>): Promise<T> {
    return this.turns.take(userId, () => this.database.transaction(work));
  }
}
