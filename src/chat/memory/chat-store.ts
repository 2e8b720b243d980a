import type { ChatStore } from '../store/index.js';
import { ChatMemory } from './chat-memory.js';
import { MemoryConversations } from './conversations.js';
import { MemoryMessageSearch } from './message-search.js';
import { MemoryMessages } from './messages.js';

export function memoryChatStore(): ChatStore {
  const memory = new ChatMemory();
  return {
    conversations: new MemoryConversations(memory),
    messages: new MemoryMessages(memory),
    search: new MemoryMessageSearch(memory),
  };
}
