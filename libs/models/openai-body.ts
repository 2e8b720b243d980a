import type { ModelRequest } from './model.js';
import type { ModelSettings } from './provider-model.js';
import type { Problem } from './provider-problem.js';
import { isRefused, RefusedSettings } from './refused-settings.js';
import { wellFormed } from './turns.js';

const FIELDS = ['max_tokens', 'max_completion_tokens'] as const;
/** Models that reason: they take max_completion_tokens only, and no temperature. */
const REASONS = /^(o\d|gpt-5(?!.*chat))/;

/** Whether this is OpenAI's own API: it has rules that those who speak like it don't share. */
export function isOpenAi(baseURL: string): boolean {
  return new URL(baseURL).hostname.endsWith('.openai.com');
}

/** The bodies of chat completions, in the dialect of the model in question. */
export class OpenAiBodies {
  private readonly refused = new RefusedSettings();
  private readonly settings: Map<string, ModelSettings>;
  private readonly isOpenAi: boolean;

  constructor(baseURL: string, models: ModelSettings[] = []) {
    this.settings = new Map(models.map((model) => [model.name, model]));
    this.isOpenAi = isOpenAi(baseURL);
  }

  body({ model, turns, instructions, temperature, maxTokens }: ModelRequest): Record<string, unknown> {
    const system = instructions?.trim() ? [{ role: 'system', content: instructions }] : [];
    const messages = wellFormed(turns).map(({ role, text }) => ({ role, content: text }));
    return {
      model,
      messages: [...system, ...messages],
      stream: true,
      // Without it OpenAI gives no usage in a stream.
      stream_options: this.refused.has(model, 'stream_options') ? undefined : { include_usage: true },
      temperature: this.takesTemperature(model) ? temperature : undefined,
      [this.maxTokensField(model)]: maxTokens,
    };
  }

  /** As `ProviderModel.learn`. */
  learn(body: Record<string, unknown>, { kind, message }: Problem): string | undefined {
    const words = `${kind} ${message}`;
    const setting = ['stream_options', 'temperature', ...FIELDS].find(
      (name) => body[name] !== undefined && isRefused(name, words),
    );
    const model = String(body.model);
    const other = FIELDS.find((field) => field !== setting);
    // One of the two it has to take.
    if (!setting || (setting.startsWith('max_') && this.refused.has(model, other as string))) return undefined;
    this.refused.add(model, setting);
    return setting;
  }

  private takesTemperature(model: string): boolean {
    const no = this.settings.get(model)?.noTemperature ?? REASONS.test(withoutVendor(model));
    return !no && !this.refused.has(model, 'temperature');
  }

  private maxTokensField(model: string): string {
    const usual = this.isOpenAi || REASONS.test(withoutVendor(model)) ? FIELDS[1] : FIELDS[0];
    const field = this.settings.get(model)?.maxTokensField ?? usual;
    return this.refused.has(model, field) ? (FIELDS.find((other) => other !== field) as string) : field;
  }
}

/** Gateways write `openai/gpt-5`. */
const withoutVendor = (model: string) => model.slice(model.lastIndexOf('/') + 1);
