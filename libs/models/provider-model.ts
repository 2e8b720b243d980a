import { createHash } from 'node:crypto';
import type { Cache } from '../cache/index.js';
import type { MakeReader } from './answer-sink.js';
import { AnswerStream } from './answer-stream.js';
import type { ForwardFailure, ForwardPath, Forwarded } from './forwarded.js';
import { forwardCall } from './forwarded-call.js';
import { Model, type ModelChunk, ModelError, type ModelInfo, type ModelRequest } from './model.js';
import { modelInfo } from './model-info.js';
import type { ModelSettings } from './model-settings.js';
import type { CallListener } from './provider-call.js';
import { ProviderClient, type ProviderConnection } from './provider-client.js';
import { ProviderFailures } from './provider-failures.js';
import { type Problem, readProblem } from './provider-problem.js';
import { type Mends, RefusedSettings } from './refused-settings.js';
import { scrub } from './scrub.js';
import { ThoughtFilter } from './thoughts.js';

export interface EndpointSettings {
  name: string;
  label: string;
  /** Up to and with the version, such as `https://api.example.org/v1`. */
  baseURL: string;
  apiKey?: string;
  /** Sent with every call, over those we would send. */
  headers?: Record<string, string>;
  maxConcurrent?: number;
  /** The models on offer; undefined: the provider is asked. */
  models?: ModelSettings[];
  /** Where the operator sets the key: for the message that it is wrong. */
  keyFrom: string;
}

export interface ProviderRequest {
  path: string;
  body: object;
  reader: MakeReader;
}

const LIST_TTL_MS = 300_000;
/** Names of models may come from anybody. */
const MAX_THINKERS = 1000;

/** What providers over HTTP share: the list of models, the call, the errors. */
export abstract class ProviderModel extends Model {
  readonly name: string;
  readonly label: string;
  readonly maxConcurrent: number | undefined;
  private readonly client: ProviderClient;
  private readonly secrets: string[];
  private readonly refused = new RefusedSettings();
  /** Models that wrote thoughts into their text: those that follow are told as they come. */
  private readonly thinkers = new Set<string>();

  constructor(
    protected readonly settings: EndpointSettings,
    authorization: Record<string, string>,
    connection: ProviderConnection,
    private readonly cache: Pick<Cache, 'wrap'>,
  ) {
    super();
    this.name = settings.name;
    this.label = settings.label;
    this.maxConcurrent = settings.maxConcurrent;
    this.client = new ProviderClient(settings.baseURL, { ...authorization, ...settings.headers }, connection);
    const { username, password } = new URL(settings.baseURL);
    const hidden = [settings.apiKey, password, username, ...Object.values(settings.headers ?? {})];
    this.secrets = hidden.filter((secret) => secret !== undefined);
  }

  /** What is sent for a question, with these mends, and how the answer is read. */
  protected abstract prepare(request: ModelRequest, mends: Mends, failures: ProviderFailures): ProviderRequest;
  /** The address of the list, below the base. */
  protected abstract readonly listPath: string;
  /** Reads the provider's list; throws for one that is none. */
  protected abstract readList(body: unknown): ModelInfo[];
  /** Whether the problem is a setting that this body holds: its name for people, and what the next request has mended. */
  protected abstract learn(body: object, problem: Problem, mends: Mends): [string, Mends] | undefined;

  async models(): Promise<ModelInfo[]> {
    const { models, baseURL } = this.settings;
    if (models) return models.filter(({ kind }) => kind !== 'embedding').map(({ name }) => this.known(name));
    const address = createHash('sha256').update(baseURL).digest('base64url').slice(0, 12);
    // An empty list is not kept: somebody is about to install a model.
    const ttl = (list: ModelInfo[]) => (list.length > 0 ? LIST_TTL_MS : -1);
    const list = await this.cache.wrap(`models:${this.name}:${address}`, () => this.askList(), ttl);
    return list.map((told) => this.info(told));
  }

  override known(name: string): ModelInfo {
    return this.info({ name });
  }

  async defaultModel(): Promise<string> {
    const [first] = await this.models();
    if (first) return first.name;
    const params = { reason: 'model', provider: this.label } as const;
    throw new ModelError('model_misconfigured', `${this.label} offers no model.`, { retryable: false, params });
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
    return { [Symbol.asyncIterator]: () => this.answer(request, signal) };
  }

  override forward(
    path: ForwardPath,
    body: object | Buffer,
    signal: AbortSignal,
    headers: Record<string, string> = {},
  ): Promise<Forwarded> {
    const failures = new ProviderFailures(this.provider, 'call');
    const bytes = Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return forwardCall((listener) => this.client.forward(path, bytes, headers, listener), failures, signal);
  }

  override forwardError(failure: ForwardFailure, model: string): ModelError {
    const failures = new ProviderFailures(this.provider, model);
    if (failure === 'broke_off') return failures.brokenOff();
    if (failure === 'no_answer') return failures.garbage();
    if ('problem' in failure) return failures.ofProblem(failure.problem);
    return failures.ofAnswer(failure.status, failure.headers, failure.body);
  }

  override cleaned(text: string): string {
    const { host, hostname } = new URL(this.settings.baseURL);
    return scrub(text, [...this.secrets, host, hostname]);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** The window of a model by its name, where that is known. */
  protected window(_name: string): number | undefined {
    return undefined;
  }

  private answer(request: ModelRequest, signal: AbortSignal): AnswerStream {
    const { model, cacheKey } = request;
    let mends = this.refused.of(model, cacheKey);
    const prepare = () => {
      const failures = new ProviderFailures(this.provider, model, (problem) => {
        const learned = this.learn(body, problem, mends);
        mends = learned?.[1] ?? mends;
        return learned?.[0];
      });
      const { path, body, reader } = this.prepare(request, mends, failures);
      const send = (listener: CallListener) => this.client.post(path, body, listener);
      return { send, reader, failures };
    };
    // What was refused is known only once the rest was taken.
    const onTaken = () => this.refused.keep(model, mends, cacheKey);
    return new AnswerStream({ prepare, onTaken, thoughts: this.thoughtsOf(model) }, signal);
  }

  private info(told: ModelInfo): ModelInfo {
    const info = modelInfo(told, this.settingsOf(told.name));
    return { ...info, contextTokens: info.contextTokens ?? this.window(told.name) };
  }

  private settingsOf(model: string): ModelSettings | undefined {
    return this.settings.models?.find(({ name }) => name === model);
  }

  private thoughtsOf(model: string): ThoughtFilter | undefined {
    const { thinkTags } = this.settingsOf(model) ?? {};
    if (thinkTags === false) return undefined;
    const onFound = () => {
      if (this.thinkers.size < MAX_THINKERS) this.thinkers.add(model);
    };
    return new ThoughtFilter({ isSure: thinkTags, isKnown: this.thinkers.has(model), onFound });
  }

  private async askList(): Promise<ModelInfo[]> {
    const failures = new ProviderFailures(this.provider, 'list');
    const answer = await this.client.getJson(this.listPath).catch((error: Error) => {
      throw error instanceof SyntaxError ? failures.garbage(error) : failures.ofNetwork('connecting', error);
    });
    if (answer.status !== 200) throw failures.ofAnswer(answer.status, answer.headers, String(answer.body));
    const problem = readProblem(answer.body);
    // Some say it with status 200. Others say a `message` beside their list.
    if (problem && (answer.body as { error?: unknown }).error) throw failures.ofProblem(problem);
    try {
      return this.readList(answer.body);
    } catch (error) {
      throw problem ? failures.ofProblem(problem) : failures.garbage(error);
    }
  }

  private get provider() {
    return { label: this.label, keyFrom: this.settings.keyFrom, secrets: this.secrets };
  }
}
