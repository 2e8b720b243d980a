import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../../../libs/ids/index.js';
import { ModelError, type ModelUsage } from '../../../libs/models/index.js';
import { GenerationMetrics } from '../../generation/answer/generation-metrics.service.js';
import { TokenBudget } from '../../generation/run/token-budget.service.js';
import { isBilled } from '../../generation/run/usage.js';
import { programTold, refuseProgram } from '../../http/program-refusal.js';
import { CallAdmission } from '../admission/call-admission.service.js';
import { CallEnded, OpenCall } from '../admission/open-call.js';
import { OpenCalls } from '../admission/open-calls.service.js';
import type { Offered } from '../offered/offered-models.service.js';
import { type Outcome, ProgramMetrics, type Purpose } from '../program-metrics.service.js';
import { LimitHeaders } from '../reply/limit-headers.js';
import { ProgramReply } from '../reply/program-reply.js';
import type { Answering, Running, Spent } from './answering.js';
import { RefusedByProvider } from './refused.js';

/** A stream that waits gets its headers after so long, ms. */
const HEADERS_MS = 1000;
/** Who asked for no stream waits no longer, ms. */
const MOST_MS = 600_000;
/** A connection on which nothing moves meanwhile stays open, ms. */
const SOCKET_MS = MOST_MS + 60_000;
const BYTES_PER_TOKEN = 4;

/** What is asked, and of whom. */
export interface Asked {
  purpose: Purpose;
  offered: Offered;
  stream: boolean;
  answering: Answering;
  /** The call's own id. */
  id: string;
}

/** A call's way: counted, in line, asked of its provider, answered, paid for. */
@Injectable()
export class ProgramCalls {
  private readonly log = new Logger(ProgramCalls.name);

  constructor(
    private readonly admission: CallAdmission,
    private readonly open: OpenCalls,
    private readonly budget: TokenBudget,
    private readonly metrics: ProgramMetrics,
    private readonly generation: GenerationMetrics,
  ) {}

  /** Before anything else is done for it: 429 `rate_limited`. */
  async count(request: FastifyRequest, reply: FastifyReply, sink: LimitHeaders): Promise<void> {
    void reply.header('request-id', request.id);
    await this.admission.count(request.auth!.userId, sink);
  }

  /** Answers, whatever happens; rejects only where nothing was sent and whoever called refuses. */
  async answer(asked: Asked, request: FastifyRequest, reply: FastifyReply, sink: LimitHeaders): Promise<void> {
    const call = new OpenCall(asked.id, request.auth!);
    const leave = () => call.end('gone');
    reply.raw.once('close', leave);
    if (reply.raw.destroyed) leave();
    request.raw.socket.setTimeout(SOCKET_MS);
    const late = asked.stream ? undefined : setTimeout(() => call.end('late'), MOST_MS);
    const out = new ProgramReply(reply);
    if (asked.stream) call.reply = out;
    this.open.add(call);
    try {
      await this.admission.requireBudget(call, sink);
      await this.run(asked, call, out, reply);
    } catch (error) {
      this.refuse(error, asked, out, request, reply);
    } finally {
      clearTimeout(late);
      reply.raw.off('close', leave);
      this.open.remove(call);
    }
  }

  private async run(asked: Asked, call: OpenCall, out: ProgramReply, reply: FastifyReply): Promise<void> {
    const { purpose, offered } = asked;
    const began = performance.now();
    const ms = () => performance.now() - began;
    let outcome: Outcome = 'failed';
    let usage: ModelUsage | null = null;
    const headers = asked.stream ? setTimeout(() => out.begin(), HEADERS_MS) : undefined;
    try {
      const turn = await this.admission.enter(call, offered.model);
      try {
        await turn.come;
        clearTimeout(headers);
        this.metrics.waited(purpose, ms());
        const spent: Spent = { bytes: 0 };
        let isFirst = true;
        const onFirstByte = () => {
          if (isFirst) this.metrics.firstByte(purpose, ms());
          isFirst = false;
        };
        const running = { call, model: offered.model, name: offered.name, spent, onFirstByte };
        usage = await this.pay(asked, running, out, reply);
        outcome = 'complete';
      } finally {
        await turn.leave();
      }
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      clearTimeout(headers);
      this.metrics.ended(purpose, outcome, usage);
    }
  }

  /** Asks the provider, and settles what that cost, however it ends. */
  private async pay(
    { answering, stream }: Asked,
    running: Running,
    out: ProgramReply,
    reply: FastifyReply,
  ): Promise<ModelUsage | null> {
    const { call, model, spent } = running;
    const { userId, key } = call.auth;
    const ofKey = key && { id: key.id, tokensPerDay: key.tokensPerDay };
    const counted = this.budget.sentAbout({ userId, params: ofKey ? { key: ofKey } : {} }, () => answering.estimate());
    let isPaid = true;
    const cost = () => spent.usage ?? (isPaid ? estimated(answering, spent) : null);
    try {
      if (stream) await answering.stream(running, out);
      else send(await answering.whole(running), reply);
    } catch (error) {
      isPaid = spent.bytes > 0 || isBilled(error instanceof RefusedByProvider ? error.cause : error);
      if (error instanceof ModelError) this.generation.providerFailed(model.name, error.code);
      throw error;
    } finally {
      await counted.settle(cost());
    }
    return cost();
  }

  private refuse(
    error: unknown,
    { answering, purpose, offered }: Asked,
    out: ProgramReply,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (reply.raw.destroyed) return;
    const own = error instanceof CallEnded || error instanceof RefusedByProvider ? error.told : undefined;
    if (!own && !(error instanceof ModelError) && out.hasBegun) {
      this.log.error(`${purpose} of ${offered.id} failed in mid-stream: ${String(error)}`);
    }
    if (out.hasBegun) return out.end(answering.fail(own ?? programTold(error)));
    if (!own) throw error;
    refuseProgram(request, reply, own, error instanceof RefusedByProvider ? error.body : undefined);
  }
}

/** The id of a new call. */
export const newCallId = (): string => newId();

function send(document: Buffer | string, reply: FastifyReply): void {
  void reply.code(200).type('application/json; charset=utf-8').send(document);
}

function estimated(answering: Answering, { bytes }: Spent): ModelUsage {
  return { inputTokens: answering.estimate(), outputTokens: Math.ceil(bytes / BYTES_PER_TOKEN) };
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof CallEnded && error.why === 'gone') return 'gone';
  return error instanceof RefusedByProvider || (programTold(error).status < 500 && !(error instanceof CallEnded))
    ? 'refused'
    : 'failed';
}
