import { useDatabases } from '../../libs/mongo/mongo.testing.js';
import { mongoChat } from './mongo-chat.testing.js';
import { messagesContract } from './messages.contract.js';

const databases = useDatabases();

for (const partition of ['none', 'month'] as const) {
  messagesContract(
    `mongo, partition ${partition}`,
    async () => mongoChat(await databases.open(), partition),
    async () => mongoChat(databases.openAway(), partition),
  );
}
