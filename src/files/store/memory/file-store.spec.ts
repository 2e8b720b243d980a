import { fileStoreContract } from '../contract/file-store.contract.js';
import { ageing } from '../contract/file-store.testing.js';
import { memoryFileStore } from './file-store.js';

fileStoreContract('memory', async () => ageing(memoryFileStore()));
