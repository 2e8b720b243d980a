import { sessionStoreContract } from '../contract/session-store.contract.js';
import { MemorySessionStore } from './session-store.js';

sessionStoreContract('memory', async () => ({ store: new MemorySessionStore(), close: async () => {} }));
