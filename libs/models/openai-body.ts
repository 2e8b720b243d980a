import { type ModelRequest, textOfTurn } from './model.js';
import type { ModelSettings } from './provider-model.js';
import type { Problem } from './provider-problem.js';
import { isRefused, type Mends, mendsWithout, refusesSystem, tokenLimit } from './refused-settings.js';
import { instructed } from './turns.js';

const FIELDS = ['max_tokens', 'max_completion_tokens'] as const;
/** Models that reason: they take max_completion_tokens only, and no temperature. */
const REASONS = /^(o\d|gpt-5(?!.*chat))/;

/** Whether this is OpenAI's own API: it has rules that those who speak like it don't share. */
export function isOpenAi(baseURL: string): boolean {
  return new URL(baseURL).hostname.endsWith('.openai.com');
}

/** The bodies of chat completions, in the dialect of the model in question. */
export class OpenAiBodies {
  private readonly settings: Map<string, ModelSettings>;
  private readonly isOpenAi: boolean;

  constructor(baseURL: string, models: ModelSettings[] = []) {
    this.settings = new Map(models.map((model) => [model.name, model]));
    this.isOpenAi = isOpenAi(baseURL);
  }

  body(request: ModelRequest, mends: Mends): Record<string, unknown> {
    const { model, temperature, maxTokens } = request;
    const { without, limit } = mends;
    const { system, turns } = instructed(request, !without.has('system'));
    const messages = turns.map((turn) => ({ role: turn.role, content: textOfTurn(turn) }));
    return {
      model,
      messages: system === undefined ? messages : [{ role: 'system', content: system }, ...messages],
      stream: true,
      // Without it OpenAI gives no usage in a stream.
      stream_options: without.has('stream_options') ? undefined : { include_usage: true },
      temperature: this.takesTemperature(model) && !without.has('temperature') ? temperature : undefined,
      // Without it the answer may take what the question leaves.
      [this.maxTokensField(model, without)]: limit ? undefined : maxTokens,
    };
  }

  /** As `ProviderModel.learn`. */
  learn(body: Record<string, unknown>, { kind, message }: Problem, mends: Mends): [string, Mends] | undefined {
    const words = `${kind} ${message}`;
    const field = FIELDS.find((name) => body[name] !== undefined);
    const limit = field && tokenLimit(words, Number(body[field]));
    if (limit) return [`${body[field]} as ${field}`, { ...mends, limit: { ...limit, isOfModel: false } }];
    const setting = ['stream_options', 'temperature', ...FIELDS].find(
      (name) => body[name] !== undefined && isRefused(name, words),
    );
    // One of the two fields it has to take.
    const hasTriedBoth = setting === field && FIELDS.some((other) => other !== field && mends.without.has(other));
    if (setting) return hasTriedBoth ? undefined : [setting, mendsWithout(mends, setting)];
    const [first] = body.messages as Array<{ role: string }>;
    if (first?.role !== 'system' || !refusesSystem(words)) return undefined;
    return ['instructions as a message of their own', mendsWithout(mends, 'system')];
  }

  private takesTemperature(model: string): boolean {
    return !(this.settings.get(model)?.noTemperature ?? REASONS.test(withoutVendor(model)));
  }

  private maxTokensField(model: string, without: ReadonlySet<string>): string {
    const usual = this.isOpenAi || REASONS.test(withoutVendor(model)) ? FIELDS[1] : FIELDS[0];
    const field = this.settings.get(model)?.maxTokensField ?? usual;
    return without.has(field) ? (FIELDS.find((other) => other !== field) as string) : field;
  }
}

/** Gateways write `openai/gpt-5`. */
const withoutVendor = (model: string) => model.slice(model.lastIndexOf('/') + 1);
