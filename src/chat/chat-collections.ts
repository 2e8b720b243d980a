import type { MongoCollection, MongoDatabase } from '../../libs/mongo/index.js';
import { ConversationDocument, conversationSchema } from './chat-documents.js';
import { MessagePartitions } from './message-partitions.js';

/** What the MongoDB adapters of this feature share. */
export class ChatCollections {
  readonly conversations: MongoCollection<ConversationDocument>;
  readonly messages: MessagePartitions;

  constructor(
    readonly database: MongoDatabase,
    /** `lazy`: no index is made before something is written. */
    { partition, lazy = false }: { partition: 'none' | 'month'; lazy?: boolean },
  ) {
    this.conversations = database.collection<ConversationDocument>('conversations', conversationSchema, { lazy });
    this.messages = new MessagePartitions(database, partition, lazy);
  }
}
