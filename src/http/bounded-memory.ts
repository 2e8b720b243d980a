import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../libs/errors/index.js';
import type { Config } from '../config/config.js';
import { askBodyLimit, bringsBody } from './body.js';
import { callerOf } from './caller.js';
import { HeldBytes } from './held-bytes.js';
import { toProblem } from './problem.js';
import { routeOf } from './route.js';

/** Bodies of one caller that come in at once: so many of the longest questions, or of programs' calls, or these bytes. */
const QUESTIONS_AT_ONCE = 10;
const CALLS_AT_ONCE = 4;
const LEAST_FOR_BODIES = 4 * 1024 * 1024;
/** Answers of one caller that wait to be taken, in bytes. What is shorter than the least is not counted. */
const MOST_UNREAD = 32 * 1024 * 1024;
const LEAST_UNREAD = 16 * 1024;
const RETRY_SECONDS = 5;

const tooMany = (of: 'bodies' | 'unread_answers', detail: string) =>
  new AppError('too_many_concurrent', 429, detail, { retryAfterSeconds: RETRY_SECONDS, params: { of } });

/**
 * What one caller (a user; without a session an address) can make this process keep in memory: bodies that have begun and
 * not ended, and answers that nobody takes. Event streams are bounded by their number, and each by what it writes ahead.
 */
export function boundMemory(fastify: FastifyInstance, config: Config): void {
  const forQuestions = QUESTIONS_AT_ONCE * askBodyLimit(config);
  boundBodies(fastify, Math.max(LEAST_FOR_BODIES, forQuestions, CALLS_AT_ONCE * config.REQUEST_BODY_LIMIT));
  boundAnswers(fastify);
}

/** A body counts as what it says it will be, from before its first byte is read; without a length as the longest one. */
function boundBodies(fastify: FastifyInstance, most: number): void {
  const bodies = new HeldBytes(most);
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    // An upload is not held in memory.
    if (request.is404 || routeOf(request).upload || !bringsBody(request)) return done(null, payload);
    const longest = request.routeOptions.bodyLimit;
    const bytes = request.headers['transfer-encoding'] ? longest : Number(request.headers['content-length']);
    // Refused in a moment, unread.
    if (bytes > longest) return done(null, payload);
    const letGo = bodies.hold(callerOf(request), bytes);
    if (!letGo) return done(tooMany('bodies', 'You send too much at once.'));
    request.raw.once('close', letGo);
    done(null, payload);
  });
}

/** An answer counts until the connection has taken all of it. */
function boundAnswers(fastify: FastifyInstance): void {
  const answers = new HeldBytes(MOST_UNREAD);
  fastify.addHook<unknown>('onSend', (request, reply, payload, done) => {
    const bytes = sizeOf(payload);
    if (bytes < LEAST_UNREAD) return done(null, payload);
    const letGo = answers.hold(callerOf(request), bytes);
    if (!letGo) return done(null, refusalInstead(request, reply));
    if (reply.raw.destroyed) letGo();
    else reply.raw.once('close', letGo).once('finish', letGo);
    done(null, payload);
  });
}

function sizeOf(payload: unknown): number {
  if (Buffer.isBuffer(payload)) return payload.length;
  if (typeof payload !== 'string') return 0;
  return payload.length < LEAST_UNREAD / 3 ? payload.length : Buffer.byteLength(payload);
}

function refusalInstead(request: FastifyRequest, reply: FastifyReply): Buffer {
  const detail = 'Too many of your answers wait to be taken. Read them, or close their connections.';
  const refusal = tooMany('unread_answers', detail);
  const { status, headers, body } = toProblem(refusal, request.id);
  void reply.code(status).headers(headers);
  return Buffer.from(JSON.stringify(body));
}
