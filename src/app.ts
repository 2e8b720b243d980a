import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { QueueBoard } from './queue/index.js';
import { QueueGate } from './admin/queue-gate.service.js';
import { serveQueueBoard } from './admin/serve-queue-board.js';
import { AppModule } from './app.module.js';
import { registerAuthHook } from './auth/api/auth.hook.js';
import { Authenticator } from './auth/accounts/authenticator.service.js';
import { KeyAuthentication } from './auth/accounts/key-authentication.service.js';
import { Clients } from './clients/clients.service.js';
import type { Config } from './config/config.js';
import { version } from './config/version.js';
import { serveDocs } from './http/docs.js';
import { createLog, logRequests, NestLog } from './http/logger.js';
import { ProblemFilter } from './http/problem.filter.js';
import { createAdapter, prepareServer } from './http/server.js';
import { validationPipe } from './http/validation.pipe.js';
import { HttpMetrics } from './metrics/http-metrics.service.js';
import { Lifecycle } from './lifecycle/lifecycle.service.js';
import { RateLimits } from './rate-limit/rate-limits.service.js';
import { limitRefusedBodies } from './rate-limit/refused-bodies.js';
import { RealtimeAdapter } from './realtime/realtime.adapter.js';
import { socketAdapters } from './realtime/realtime.module.js';
import { serveWeb } from './web/serve-web.js';

/**
 * The whole application, initialized and not listening yet. Rejects where a module can't start; nothing exits. `logger`: what
 * hears of all but requests, instead of the log.
 */
export async function createApp(config: Config, logger?: LoggerService): Promise<NestFastifyApplication> {
  const log = createLog(config.LOG_LEVEL);
  const adapter = createAdapter(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    logger: logger ?? new NestLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = adapter.getInstance();
  // First, so that no request is answered without its line.
  logRequests(fastify, log);
  app.get(HttpMetrics, { strict: false }).measure(fastify);
  await prepareServer(fastify, config, app.get(Lifecycle));
  const whoAsks = { authenticator: app.get(Authenticator), keys: app.get(KeyAuthentication) };
  registerAuthHook(fastify, whoAsks, app.get(RateLimits), config);
  limitRefusedBodies(fastify, app.get(RateLimits));
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter());
  const sockets = await socketAdapters[config.REALTIME](app.get(Clients, { strict: false }));
  app.useWebSocketAdapter(new RealtimeAdapter(app, config, sockets));
  serveDocs(app, fastify, version());
  await serveQueueBoard(fastify, app.get(QueueBoard), app.get(QueueGate, { strict: false }));
  await serveWeb(fastify, config);
  await app.init();
  return app;
}
