import type { LoggerService } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { SECURITY } from './security-events.service.js';
import { createLog, NestLog } from '../../http/logger.js';

/**
 * The log of a command: of all that its parts would tell only who may get in, in the form in which the server tells it. On
 * stderr: what a command was asked for stays alone on stdout.
 */
export function securityLog(destination: DestinationStream = process.stderr): LoggerService {
  const log = new NestLog(createLog('info', destination));
  const only =
    (level: 'log' | 'warn') =>
    (message: unknown, ...rest: unknown[]) => {
      if (rest.at(-1) === SECURITY) log[level](message, ...rest);
    };
  return { log: only('log'), warn: only('warn'), error() {} };
}
