import { SocketRooms } from './socket-rooms.js';

/** All sockets are here: Socket.IO's own rooms do. */
export class MemorySocketRooms extends SocketRooms {
  attach(): void {}

  async close(): Promise<void> {}
}
