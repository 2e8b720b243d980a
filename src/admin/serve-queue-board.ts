import type { FastifyInstance } from 'fastify';
import type { QueueBoard } from '../queue/index.js';
import { sendProblem } from '../http/problem.filter.js';
import { toProblem } from '../http/problem.js';
import { BOARD_HEADERS } from '../http/security-headers.js';
import type { QueueGate } from './queue-gate.service.js';

const PATH = '/admin/queues';

/**
 * bull-board at `/admin/queues`, where the queue in use has something for it; else nothing is loaded, and the address is
 * unknown like any other. To be called before the app is initialized.
 *
 * The gate is a hook of the root, on the route that was found: bull-board's routes are none of Nest's, and the raw address
 * may be written in other ways (`/%61dmin`).
 */
export async function serveQueueBoard(fastify: FastifyInstance, board: QueueBoard, gate: QueueGate): Promise<void> {
  if (board.queues.length === 0) return;
  await mount(fastify, board);
  fastify.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    if (route !== PATH && !route?.startsWith(`${PATH}/`)) return;
    void reply.headers({ ...BOARD_HEADERS, 'cache-control': 'no-store' });
    try {
      await gate.check(request);
    } catch (error) {
      // Thrown, it would go to bull-board's own handler, which sends the text of whatever happened.
      sendProblem(error, request, reply);
      return reply;
    }
  });
}

async function mount(fastify: FastifyInstance, { queues }: QueueBoard): Promise<void> {
  const { createBullBoard } = await import('@bull-board/api');
  const { BullMQAdapter } = await import('@bull-board/api/bullMQAdapter');
  const { FastifyAdapter } = await import('@bull-board/fastify');
  type Shown = ConstructorParameters<typeof BullMQAdapter>[0];

  const server = new FastifyAdapter();
  server.setBasePath(PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue as Shown)),
    serverAdapter: server,
    options: { uiConfig: { boardTitle: 'Parley' } },
  });
  server.setErrorHandler((error) => {
    const { instance: _, ...body } = toProblem(error, '').body;
    return { status: body.status as 500, body };
  });
  await fastify.register(server.registerPlugin(), { prefix: PATH });
}
