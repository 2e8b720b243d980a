import { apiKeyStoreContract } from '../contract/api-key-store.contract.js';
import { MemoryApiKeyStore } from './api-key-store.js';

apiKeyStoreContract('memory', async () => {
  const store = new MemoryApiKeyStore();
  return { store, other: store, close: async () => {} };
});
