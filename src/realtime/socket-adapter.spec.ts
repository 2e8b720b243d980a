import { socketAdapterContract } from './contract/socket-adapter.contract.js';

// Socket.IO's own: all sockets are on one instance.
socketAdapterContract('memory', async () => ({ adapters: [undefined], close: async () => {} }));
