import {
  BulkWriteBatcher,
  UpdateBatcher,
  type MongoCollection,
  type MongoDatabase,
} from '../../../libs/mongo/index.js';
import {
  ConversationDocument,
  conversationSchema,
  type MessageDocument,
  ANSWER_FIELDS,
  type ReadAnswer,
  VISIBLE,
} from './documents.js';
import { MessagePartitions } from './message-partitions.js';

/** What the MongoDB adapters of this feature share. */
export class ChatCollections {
  readonly conversations: MongoCollection<ConversationDocument>;
  readonly messages: MessagePartitions;
  /** The writes that each turn makes. Under load those of several turns go together. */
  readonly turnWrites = new BulkWriteBatcher<MessageDocument>();
  readonly conversationChanges = new UpdateBatcher<ConversationDocument>();
  readonly answerChanges = new UpdateBatcher<MessageDocument, ReadAnswer>({
    visible: VISIBLE,
    projection: ANSWER_FIELDS,
  });

  constructor(
    readonly database: MongoDatabase,
    /** `lazy`: no index is made before something is written. */
    { partition, lazy = false }: { partition: 'none' | 'month'; lazy?: boolean },
  ) {
    this.conversations = database.collection<ConversationDocument>('conversations', conversationSchema, { lazy });
    this.messages = new MessagePartitions(database, partition, lazy);
  }
}
