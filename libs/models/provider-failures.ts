import type { ErrorParams } from '../errors/index.js';
import { type FailureKind, failureKind } from './failure-kind.js';
import { ModelError, type ModelErrorCode } from './model.js';
import type { CallPhase } from './provider-call.js';
import { parseProblem, type Problem } from './provider-problem.js';
import { retryAfterMs } from './retry-after.js';
import { scrub } from './scrub.js';

/** What is needed to speak of a provider. */
export interface ProviderName {
  /** For people. */
  label: string;
  /** Where an operator sets the key, such as the name of a variable. */
  keyFrom: string;
  /** Never to be shown. */
  secrets: string[];
}

/** The setting that the model refuses, and that the next request leaves out or changes; undefined: it can't be mended so. */
export type LearnSetting = (problem: Problem) => string | undefined;

/** The provider refused the request for a setting that the next one leaves out: it may be sent again at once. */
export class SettingRefused extends ModelError {
  override readonly name = 'ModelError';
}

type Meaning = { [C in ModelErrorCode]: { code: C; params: ErrorParams<C>; retryable: boolean } }[ModelErrorCode];

/** `provider` and `model` as they may be shown. */
function meaningOf(kind: FailureKind, provider: string, model: string): Meaning {
  const misconfigured = (reason: ErrorParams<'model_misconfigured'>['reason']) =>
    ({ code: 'model_misconfigured', params: { reason, provider, model }, retryable: false }) as const;
  const refused = (reason: ErrorParams<'model_refused'>['reason']) =>
    ({ code: 'model_refused', params: { reason, provider }, retryable: false }) as const;
  const meanings: Record<FailureKind, Meaning> = {
    key: misconfigured('key'),
    credit: misconfigured('credit'),
    forbidden: misconfigured('access'),
    model: misconfigured('model'),
    address: misconfigured('address'),
    context: { code: 'context_too_long', params: { model }, retryable: false },
    content: refused('content'),
    refused: refused('question'),
    rate: { code: 'model_rate_limited', params: { provider }, retryable: true },
    unavailable: { code: 'model_unavailable', params: { provider }, retryable: true },
  };
  return meanings[kind];
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/** Makes every ModelError of a provider, in words that the person who asked, or the operator, can act on. */
export class ProviderFailures {
  /** As it may be shown: whoever asks may name any. */
  private readonly shownModel: string;

  constructor(
    private readonly name: ProviderName,
    private readonly model: string,
    private readonly learn: LearnSetting = () => undefined,
  ) {
    this.shownModel = scrub(model, []).slice(0, 100);
  }

  /** An answer that is no stream: an error, or not from a model at all. */
  ofAnswer(status: number, headers: Record<string, unknown>, body: string): ModelError {
    const problem = parseProblem(body);
    if (status >= 200 && status < 300) return problem ? this.ofProblem(problem) : this.garbage();
    return this.make(failureKind(status, problem), status, problem, retryAfterMs(headers));
  }

  /** An error in the stream. */
  ofProblem(problem: Problem): ModelError {
    return this.make(failureKind(undefined, problem), problem.status, problem);
  }

  /** An end that the provider gave for the sake of its rules. */
  content(): ModelError {
    return this.make('content');
  }

  unavailable(cause?: unknown): ModelError {
    return this.away('does not work right now', cause);
  }

  ofNetwork(phase: CallPhase, cause: Error): ModelError {
    if (phase === 'reading') return this.brokenOff(cause);
    const { label } = this.name;
    const code = codeOf(cause);
    if (code === 'UND_ERR_INVALID_ARG' || CERTIFICATE.test(code)) {
      const what =
        code === 'UND_ERR_INVALID_ARG' ? 'its key or a header is not valid' : `no trusted certificate, ${code}`;
      const message = `${label} can not be called: ${what}. Whoever runs this server has to look at its settings.`;
      return this.misconfigured(message, cause, true);
    }
    const isFree = phase === 'connecting';
    const what = isFree ? 'can not be reached' : 'closed the connection without an answer';
    return this.away(`${what}${code && ` (${code})`}`, cause, isFree);
  }

  ofSilence(phase: CallPhase): ModelError {
    if (phase === 'reading') {
      return this.broken('broke_off', `${this.name.label} stopped in the middle of its answer. Please try again.`);
    }
    const isFree = phase === 'connecting';
    return this.away(`${isFree ? 'can not be reached' : 'did not begin to answer'} in time`, undefined, isFree);
  }

  brokenOff(cause?: unknown): ModelError {
    const message = `The answer of ${this.name.label} broke off before its end. Please try again.`;
    return this.broken('broke_off', message, cause);
  }

  garbage(cause?: unknown): ModelError {
    const message = `${this.name.label} sent something that is not an answer. Please try again.`;
    return this.broken('no_answer', message, cause);
  }

  /** Asked again it would be as long. */
  tooLong(cause: unknown): ModelError {
    const message = `${this.name.label} sent more in one piece than this server takes.`;
    const params = { reason: 'too_long', provider: this.name.label } as const;
    return new ModelError('model_broken_stream', message, { retryable: false, params, cause });
  }

  compressed(encoding: string): ModelError {
    const how = scrub(encoding, []).slice(0, 30);
    const message = `${this.name.label} answers compressed (${how}), though not asked to, in a way this server can’t read.`;
    return this.misconfigured(message);
  }

  private make(kind: FailureKind, status?: number, problem: Problem | null = null, wait?: number): ModelError {
    const said = problem ? scrub(problem.message, this.name.secrets) : '';
    const cause = problem
      ? new Error(`${status ?? ''} ${problem.kind}: ${kind === 'key' ? '' : said}`.trim())
      : undefined;
    // Also a status that is named in the stream.
    const isFree = status !== undefined;
    // A server's failure is taken for a refusal only by the words of `learn`.
    const mayBeSetting = kind === 'refused' || kind === 'model' || kind === 'context' || status === 500;
    const setting = mayBeSetting && problem ? this.learn(problem) : undefined;
    if (setting) {
      const message = `${this.name.label} does not take ${setting} for “${this.model}”.`;
      const params = { reason: 'question', provider: this.name.label } as const;
      return new SettingRefused('model_refused', message, { retryable: false, free: isFree, params, cause });
    }
    const { code, params, retryable } = meaningOf(kind, this.name.label, this.shownModel);
    const options = { retryable, retryAfterMs: wait, free: isFree, params, cause };
    return new ModelError(code, this.words(kind, status, said), options);
  }

  private words(kind: FailureKind, status: number | undefined, said: string): string {
    const { label, keyFrom } = this.name;
    const model = `“${this.shownModel}”`;
    const because = said ? `: ${said}` : status ? ` (status ${status}).` : '.';
    const words: Record<FailureKind, string> = {
      key: `${label} does not accept this server’s API key. Whoever runs the server has to set a valid one (${keyFrom}).`,
      credit: `${label} asks for payment: this server’s account has no credit left. Whoever runs the server has to see to it.`,
      forbidden: `${label} does not let this server use ${model}${because}`,
      model: `${label} has no model ${model} for this server. Choose another one, or have whoever runs the server check the endpoint’s address.`,
      address: `The address of ${label} does not seem to be right (status ${status}). Whoever runs this server has to check it.`,
      context: `The conversation is too long for ${model}. Ask with a shorter text, or begin a new conversation.`,
      content: `${label} does not answer this, because of its rules on content. Ask in another way.`,
      refused: `${label} refused the question${because}`,
      rate: `${label} gets too many questions right now. Please try again in a while.`,
      unavailable: `${label} does not work right now${status ? ` (status ${status})` : ''}. Please try again.`,
    };
    return words[kind];
  }

  private away(what: string, cause?: unknown, free = false): ModelError {
    const { label } = this.name;
    const message = `${label} ${what}. Please try again.`;
    return new ModelError('model_unavailable', message, { retryable: true, free, params: { provider: label }, cause });
  }

  private broken(reason: 'broke_off' | 'no_answer', message: string, cause?: unknown): ModelError {
    const params = { reason, provider: this.name.label };
    return new ModelError('model_broken_stream', message, { retryable: true, params, cause });
  }

  private misconfigured(message: string, cause?: unknown, free = false): ModelError {
    const params = { reason: 'connection', provider: this.name.label } as const;
    return new ModelError('model_misconfigured', message, { retryable: false, free, params, cause });
  }
}

/** The system's or undici's name of an error, also of the first of several (all addresses of a host were tried). */
function codeOf(error: Error): string {
  const [first] = (error as AggregateError).errors ?? [];
  const { code } = (first ?? error) as NodeJS.ErrnoException;
  return typeof code === 'string' && /^\w+$/.test(code) ? code : '';
}
