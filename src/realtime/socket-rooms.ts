import type { Server } from 'socket.io';
import type { UserEvent } from '../notices/notices.service.js';

/**
 * How a notice reaches the sockets that are on other instances. At most once, and lost by who is not connected at the
 * moment: a page reads its lists again when it reconnects.
 */
export abstract class SocketRooms {
  /** To be called once, before the server takes sockets. `receive` gets what others published. */
  abstract attach(server: Server, receive: (notice: UserEvent) => void): void;

  /** To all other instances. */
  abstract publish(notice: UserEvent): void;

  abstract close(): Promise<void>;
}
