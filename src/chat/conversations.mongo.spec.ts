import { useDatabases } from '../../libs/mongo/mongo.testing.js';
import { mongoChat } from './mongo-chat.testing.js';
import { conversationsContract } from './conversations.contract.js';

const databases = useDatabases();

for (const partition of ['none', 'month'] as const) {
  conversationsContract(
    `mongo, partition ${partition}`,
    async () => mongoChat(await databases.open(), partition),
    async () => mongoChat(databases.openAway(), partition),
  );
}
