import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { managedLogFile } from '../config/process-manager.js';
import { ManagedOutput } from './managed-output.js';
import type {} from './request-auth.js';
import { routeOf } from './route.js';

/**
 * The process's log: JSON lines on stdout, written in the background (at the latest after a second, and when the process
 * exits). Nothing is serialized but what we name.
 */
export function createLog(level: string, destination: DestinationStream = stdout()): Logger {
  return pino({ level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function stdout(): DestinationStream {
  const file = managedLogFile();
  if (file !== undefined) return new ManagedOutput(file);
  return pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 1000 });
}

/** What Nest tells of each module and route at every start. */
const CENSUS = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'WebSocketsController']);

/** Whether a message is fields by name, to be kept as such. */
function isFields(message: unknown): message is Record<string, unknown> {
  return typeof message === 'object' && message !== null && Object.getPrototypeOf(message) === Object.prototype;
}

/** Nest's logger over ours: the last text is the context; of an error the one before it is the stack. */
export class NestLog implements LoggerService {
  constructor(private readonly out: Logger) {}

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(CENSUS.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.out.isLevelEnabled(level)) return;
    const texts = rest.filter((part): part is string => typeof part === 'string');
    const fields = { context: texts.at(-1), stack: texts.length > 1 ? texts[0] : undefined };
    if (isFields(message)) this.out[level]({ ...fields, ...message }, texts.at(-1));
    else this.out[level](fields, message instanceof Error ? (message.stack ?? message.message) : String(message));
  }
}

/**
 * One line when a request is over: answered, streamed to its end or cut off (`aborted`). The route's pattern stands for
 * the address, so that neither ids nor queries are kept. It listens to the raw answer's `close`: Fastify's `onResponse`
 * stays silent where a client leaves in the middle, which is how a stream often ends.
 */
export function logRequests(fastify: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled('info')) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    const started = performance.now();
    reply.raw.once('close', () => {
      const route = request.routeOptions.url;
      log[routeOf(request).probe ? 'debug' : 'info'](
        {
          reqId: request.id,
          userId: request.auth?.userId,
          method: request.method,
          route: route ?? '-',
          status: reply.raw.statusCode,
          ms: Math.round((performance.now() - started) * 10) / 10,
          aborted: reply.raw.writableFinished ? undefined : true,
        },
        'request',
      );
    });
    done();
  });
}
