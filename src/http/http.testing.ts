import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import type { Config } from '../config/config.js';
import { testConfig } from '../config/config.testing.js';
import { serveDocs } from './docs.js';
import { createLog, logRequests, NestLog } from './logger.js';
import { ProblemFilter } from './problem.filter.js';
import { createAdapter, prepareServer } from './server.js';
import { validationPipe } from './validation.pipe.js';

export interface TestServer {
  app: NestFastifyApplication;
  fastify: FastifyInstance;
  /** Where it listens, on a free port. */
  url: string;
  lifecycle: { draining: boolean };
}

/** A module behind the product's whole HTTP side, listening. `more` may add routes before the app is initialized. */
export async function startServer(
  module: Type,
  env: Record<string, string> = {},
  destination?: DestinationStream,
  more?: (fastify: FastifyInstance, config: Config) => Promise<void>,
): Promise<TestServer> {
  const config = testConfig(env);
  const log = createLog(config.LOG_LEVEL, destination);
  const adapter = createAdapter(config);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const lifecycle = { draining: false };
  logRequests(fastify, log);
  await prepareServer(fastify, config, lifecycle);
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter());
  serveDocs(app, fastify, '1.2.3');
  await more?.(fastify, config);
  await app.init();
  await app.listen(0, '127.0.0.1');
  return { app, fastify, url: await app.getUrl(), lifecycle };
}
