import { userStoreContract } from '../contract/user-store.contract.js';
import { MemoryUserStore } from './user-store.js';

userStoreContract('memory', async () => ({ store: new MemoryUserStore(), close: async () => {} }));
