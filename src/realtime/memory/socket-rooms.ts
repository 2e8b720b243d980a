import { SocketRooms } from '../socket-rooms.js';

/** All sockets are here. */
export class MemorySocketRooms extends SocketRooms {
  attach(): void {}

  publish(): void {}

  async close(): Promise<void> {}
}
