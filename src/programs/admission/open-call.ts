import type { Told } from '../../../libs/dialects/index.js';
import type { RequestAuth } from '../../http/request-auth.js';
import type { ProgramReply } from '../reply/program-reply.js';

/** Why a call ends before its answer is whole, where it is neither the provider nor a mistake. */
export class CallEnded extends Error {
  constructor(
    readonly why: 'gone' | 'revoked' | 'draining' | 'late',
    readonly told: Told,
  ) {
    super(why);
  }
}

const ENDS = {
  gone: { status: 499, code: 'client_closed', message: 'The client has gone.' },
  revoked: { status: 401, code: 'invalid_api_key', message: 'This key is not good any more.' },
  draining: {
    ...{ status: 503, code: 'draining', retryAfterSeconds: 2 },
    message: 'The server is being restarted. Please try again in a moment.',
  },
  late: { status: 504, code: 'timeout', message: 'The answer was not there in time. Ask for a stream instead.' },
} as const satisfies Record<CallEnded['why'], Told>;

/** One call of a program, from its arrival to its end. */
export class OpenCall {
  private readonly controller = new AbortController();
  /** Where it streams. */
  reply: ProgramReply | undefined;

  constructor(
    readonly id: string,
    readonly auth: RequestAuth,
  ) {}

  /** Aborts with a `CallEnded`, at once. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  end(why: CallEnded['why']): void {
    if (!this.signal.aborted) this.controller.abort(new CallEnded(why, ENDS[why]));
  }
}
