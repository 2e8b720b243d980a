import type { Server } from 'socket.io';

/**
 * How `server.to(room).emit(…)` reaches the sockets of a room on every instance, the sender's own included. At most once,
 * and lost by who is not connected at the moment: a page reads its lists again when it reconnects.
 */
export abstract class SocketRooms {
  /** To be called once, before the server takes sockets. */
  abstract attach(server: Server): void;

  abstract close(): Promise<void>;
}
