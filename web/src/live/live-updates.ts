import { io, type Socket } from 'socket.io-client';
import type { LiveEvents } from '../../../src/contract/live-events.js';
import { freshToken, refresh, sessionState } from '../api/session.js';

/** What the server tells all open pages of a user. */
export type LiveHandlers = { [E in Exclude<keyof LiveEvents, 'session.revoked'>]: (event: LiveEvents[E]) => void };

export interface LiveOwner {
  handlers: LiveHandlers;
  /** Connected: what happened before, also since the page read its lists, nobody told us. */
  onConnect(): void;
}

/** Longest wait between two attempts. */
const MOST_MS = 20_000;

/** Keeps a socket open for as long as somebody is logged in. Returns how to close it. */
export function openLiveUpdates({ handlers, onConnect }: LiveOwner): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refusals = 0;
  const socket: Socket<LiveHandlers & { 'session.revoked': () => void }, Record<string, never>> = io({
    transports: ['websocket'],
    auth: (give) =>
      void freshToken().then(
        (token) => give({ token: token ?? '' }),
        () => give({ token: '' }),
      ),
    reconnectionDelay: 500,
    reconnectionDelayMax: MOST_MS,
  });
  for (const [name, handler] of Object.entries(handlers)) socket.on(name as keyof LiveHandlers, handler);
  socket.on('connect', () => {
    refusals = 0;
    onConnect();
  });

  /** Socket.IO comes back by itself only where the connection broke, not where the server ended or refused it. */
  const comeBack = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        if (sessionState().session) socket.connect();
      },
      Math.min(MOST_MS, 500 * 2 ** refusals++),
    );
  };
  // The session is over, unless the cookie says otherwise: who is logged out is sent to the log-in page.
  const ask = () => refresh(sessionState().session?.token).then(comeBack, comeBack);
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') void ask();
  });
  socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
    if (socket.active) return;
    if (error.data?.code === 'unauthenticated' || error.data?.code === 'session_revoked') void ask();
    else comeBack();
  });
  return () => {
    clearTimeout(timer);
    socket.close();
  };
}
