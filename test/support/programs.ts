import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropic as anthropicDialect, openAi as openAiDialect } from '../../libs/models/dialect.testing.js';
import { Upstream } from '../../libs/models/upstream.testing.js';
import type { Program } from './program.js';

/** A provider of each dialect, whose every call a test answers. */
export class Providers {
  private constructor(
    readonly openAi: Upstream,
    readonly anthropic: Upstream,
  ) {}

  static async start(): Promise<Providers> {
    return new Providers(await Upstream.start(), await Upstream.start());
  }

  get env(): Record<string, string> {
    return {
      ...{ OPENAI_BASE_URL: this.openAi.url, OPENAI_API_KEY: 'sk-of-openai-1234', OPENAI_MODELS: 'gpt-test,shared' },
      ...{ ANTHROPIC_BASE_URL: this.anthropic.url, ANTHROPIC_API_KEY: 'sk-of-anthropic-1234' },
      ANTHROPIC_MODELS: 'claude-test,shared',
    };
  }

  /** No call, and nobody answers. */
  reset(): void {
    for (const upstream of [this.openAi, this.anthropic]) {
      upstream.calls.length = 0;
      upstream.reply = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.openAi.stop();
    await this.anthropic.stop();
  }
}

export const dialects = { openAi: openAiDialect, anthropic: anthropicDialect };

export const openAiClient = ({ url, secret }: Program, options: object = {}): OpenAI =>
  new OpenAI({ apiKey: secret, baseURL: `${url}/v1`, maxRetries: 0, ...options });

export const anthropicClient = ({ url, secret }: Program, options: object = {}): Anthropic =>
  new Anthropic({ apiKey: secret, baseURL: url, maxRetries: 0, logLevel: 'off', ...options });
