import { useDatabases } from '../../libs/mongo/mongo.testing.js';
import { mongoChat } from './mongo-chat.testing.js';
import { messageSearchContract } from './message-search.contract.js';

const databases = useDatabases();

for (const partition of ['none', 'month'] as const) {
  messageSearchContract(
    `mongo, partition ${partition}`,
    async () => mongoChat(await databases.open(), partition),
    async () => mongoChat(databases.openAway(), partition),
  );
}
