import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** How long somebody who was refused may go on sending. */
const LINGER_MS = 5000;

/**
 * A body that is too large is refused before it has come, and its connection closes. To close while more is coming is
 * a reset, by which the refusal itself may be lost: a proxy then says 502 in its own words. So our side is closed, and
 * what still comes is read and thrown away until the other side has closed too.
 */
export function lingerAfterRefusals(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    if (!request.raw.complete) closeSlowly(request.raw);
    done();
  });
}

/** Node calls `destroySoon` when the answer is out, only where the connection is to be closed. */
function closeSlowly(message: IncomingMessage): void {
  const { socket } = message;
  socket.destroySoon = () => {
    const end = () => {
      if (message.readableEnded && socket.writableFinished) socket.destroy();
    };
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    message.once('end', end);
    socket.end(end);
    message.resume();
  };
}
