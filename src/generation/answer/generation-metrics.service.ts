import { Injectable } from '@nestjs/common';
import { Metrics } from '../../../libs/metrics/index.js';
import { Queue } from '../../queue/index.js';
import type { Span } from '../../../libs/tracing/index.js';
import type { Message, Writing } from '../../chat/store/index.js';
import type { ResetReason } from '../../contract/answer-events.js';

/** OpenTelemetry's advice: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
const FIRST_TOKEN_BOUNDS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DURATION_BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/** What a person waits for: from a glance to giving up. */
const ANSWER_BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60];
const TOKEN_BOUNDS = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576];
const WAIT_BOUNDS = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/** Where a provider's list is not known people may name any model: more names than these are one. */
const MAX_MODELS = 100;

/** What a model's call is told apart by. */
const CALL = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const;

type Call = Pick<Message, 'endpoint' | 'model'>;

/** What is counted and measured on an answer's way. Nothing here fails or waits. */
@Injectable()
export class GenerationMetrics {
  private readonly names = new Set<string>();
  private readonly queueWait;
  private readonly firstToken;
  private readonly firstText;
  private readonly firstThought;
  private readonly duration;
  private readonly tokens;
  private readonly ends;
  private readonly providerErrors;
  private readonly fallbacks;
  private readonly resumes;
  private readonly resets;
  private readonly titles;

  constructor(
    private readonly metrics: Metrics,
    private readonly queue: Queue,
  ) {
    this.queueWait = metrics.histogram(
      'parley_queue_wait_seconds',
      'From a question’s acceptance to the start of its first attempt',
      WAIT_BOUNDS,
    );
    this.firstToken = metrics.histogram(
      'gen_ai_server_time_to_first_token_seconds',
      'From a model’s call to the first text it brought',
      FIRST_TOKEN_BOUNDS,
      CALL,
    );
    this.firstText = metrics.histogram(
      'parley_first_token_seconds',
      'From a question’s acceptance to the first text of its answer, with queue and failed attempts',
      ANSWER_BOUNDS,
    );
    this.firstThought = metrics.histogram(
      'parley_first_thought_seconds',
      'From a model’s call to the first thought it brought, shown or hidden',
      FIRST_TOKEN_BOUNDS,
      CALL,
    );
    this.duration = metrics.histogram(
      'gen_ai_client_operation_duration_seconds',
      'From a model’s call to its end, good or bad',
      DURATION_BOUNDS,
      CALL,
    );
    this.tokens = metrics.histogram(
      'gen_ai_client_token_usage',
      'Tokens of an ended answer, all attempts together',
      TOKEN_BOUNDS,
      [...CALL, 'gen_ai_token_type'],
    );
    this.ends = metrics.counter('parley_generation_ends_total', 'Answers that have ended', ['status']);
    this.providerErrors = metrics.counter('parley_provider_errors_total', 'Calls of models that failed', [
      'endpoint',
      'code',
    ]);
    this.fallbacks = metrics.counter(
      'parley_fallbacks_total',
      'Answers and titles that another endpoint’s model was asked for, because theirs could not',
      ['endpoint', 'fallback'],
    );
    this.resumes = metrics.counter('parley_stream_resumes_total', 'Streams that were taken up again by Last-Event-ID');
    this.resets = metrics.counter('parley_stream_resets_total', 'Answers that started over', ['reason']);
    this.titles = metrics.counter('parley_titles_total', 'Titles that models were asked for', ['outcome']);
    this.gaugeQueue();
  }

  /** Answers that this process is writing, and event streams it sends, as others count them. */
  gaugeRunning(read: () => number): void {
    this.metrics.gauge('parley_generations_running', 'Answers that are being written', 'sum', read);
  }

  /** How many answers this process writes at once at most, as things are. */
  gaugeLimit(read: () => number): void {
    this.metrics.gauge(
      'parley_generations_limit',
      'Answers that may be written at once, by what is carried',
      'sum',
      read,
    );
  }

  gaugeStreams(read: () => number): void {
    this.metrics.gauge('parley_sse_streams', 'Event streams that are being sent', 'sum', read);
  }

  /** An attempt begins; only an answer's very first one tells how long it waited. */
  started({ epoch, createdAt }: Writing): void {
    if (epoch === 1) this.queueWait.observe({}, secondsSince(createdAt));
  }

  /** A model is called. Tell the first text, the first thought and the end. */
  called(answer: Call & Pick<Message, 'text' | 'createdAt'>, span: Pick<Span, 'event'>): ModelCall {
    const labels = this.labelsOf(answer);
    const began = performance.now();
    let waiting = true;
    let hasThought = false;
    return {
      thought: () => {
        if (hasThought) return;
        hasThought = true;
        span.event('first thought');
        this.firstThought.observe(labels, (performance.now() - began) / 1000);
      },
      text: () => {
        if (!waiting) return;
        waiting = false;
        span.event('first token');
        this.firstToken.observe(labels, (performance.now() - began) / 1000);
        // Else a former attempt brought some.
        if (answer.text === '') this.firstText.observe({}, secondsSince(answer.createdAt));
      },
      ended: () => this.duration.observe(labels, (performance.now() - began) / 1000),
    };
  }

  providerFailed(endpoint: string | null, code: string): void {
    this.providerErrors.add({ endpoint: endpoint ?? '-', code });
  }

  /** Another endpoint is asked in the place of one. */
  fellBack(endpoint: string | null, fallback: string): void {
    this.fallbacks.add({ endpoint: endpoint ?? '-', fallback });
  }

  /** Once for each answer, by whoever ended it. */
  ended(message: Message, status: string = message.status): void {
    this.ends.add({ status });
    if (!message.usage) return;
    const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = message.usage;
    const labels = this.labelsOf(message);
    this.tokens.observe({ ...labels, gen_ai_token_type: 'input' }, inputTokens);
    this.tokens.observe({ ...labels, gen_ai_token_type: 'output' }, outputTokens);
    // Parts of the two, where a provider tells them.
    if (cachedInputTokens) this.tokens.observe({ ...labels, gen_ai_token_type: 'input_cached' }, cachedInputTokens);
    if (reasoningTokens) this.tokens.observe({ ...labels, gen_ai_token_type: 'output_reasoning' }, reasoningTokens);
  }

  resumed(): void {
    this.resumes.add({});
  }

  reset(reason: ResetReason): void {
    this.resets.add({ reason });
  }

  /** `kept`: somebody had given the conversation another title meanwhile, or the model gave none. */
  title(outcome: 'written' | 'kept' | 'failed'): void {
    this.titles.add({ outcome });
  }

  /** First-token times of the last minute, for the status page. */
  get recentFirstTokens() {
    return this.firstToken.recent.quantiles();
  }

  private labelsOf({ endpoint, model }: Call): Record<(typeof CALL)[number], string> {
    const name = model ?? '-';
    if (!this.names.has(name) && this.names.size < MAX_MODELS) this.names.add(name);
    return {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: endpoint ?? '-',
      gen_ai_request_model: this.names.has(name) ? name : 'other',
    };
  }

  /** The queue is everybody's: the one who is scraped asks it, nobody adds up. */
  private gaugeQueue(): void {
    const { metrics } = this;
    metrics.gauge('parley_generations_waiting', 'Answers that wait for a worker', 'first', async () => {
      return (await this.queue.stats()).waiting;
    });
    metrics.gauge('parley_oldest_waiting_seconds', 'Age of the oldest job that waits', 'first', async () => {
      return (await this.queue.stats()).oldestWaitingMs / 1000;
    });
  }
}

/** Another machine's clock may be ahead. */
function secondsSince(time: Date): number {
  return Math.max(0, Date.now() - time.getTime()) / 1000;
}

/** One call of a model, while it lasts. */
export interface ModelCall {
  /** Text came. */
  text(): void;
  /** A thought came, or word of one that is hidden. */
  thought(): void;
  /** The call is over, however it ended. */
  ended(): void;
}
