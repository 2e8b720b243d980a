import type { ModelInfo } from './model.js';

interface Entry {
  id: string;
  created?: unknown;
  /** Its window: vLLM, OpenRouter, Groq, Mistral, llama.cpp. */
  max_model_len?: unknown;
  context_length?: unknown;
  context_window?: unknown;
  max_context_length?: unknown;
  meta?: { n_ctx?: unknown } | null;
  /** Anthropic. */
  max_input_tokens?: unknown;
}

/** By their names: models that don't chat. */
const NO_CHAT = /embed|whisper|\btts\b|dall-e|moderation|rerank|transcribe|^bge\b|stable-diffusion/i;
/** With OpenAI: models for other purposes, and those that only its Responses API serves. */
const NO_CHAT_OPENAI =
  /audio|realtime|image|sora|babbage|davinci|instruct|computer-use|deep-research|search|codex|^o\d-pro|^gpt-5.*-pro/;

/**
 * The models of `GET /models` without those that don't chat, unless nothing would be left. In the provider's order, of
 * which the first becomes the default; OpenAI's own is none, so there the newest comes first. Throws for what is no list.
 */
export function readOpenAiList(body: unknown, isOpenAi: boolean): ModelInfo[] {
  const all = entriesOf(body);
  const chatting = all.filter(({ id }) => !NO_CHAT.test(id) && !(isOpenAi && NO_CHAT_OPENAI.test(id)));
  const offered = chatting.length > 0 ? chatting : all;
  const age = ({ created }: Entry) => (typeof created === 'number' ? created : 0);
  if (isOpenAi) offered.sort((a, b) => age(b) - age(a));
  return offered.map((entry) => ({ name: entry.id, contextTokens: windowOf(entry) }));
}

/** Longer names can't be asked for. */
const MAX_NAME = 200;

/**
 * The entries of a list in any of its forms, each name once; odd ones are left out. `{ data: [{ id }] }` (OpenAI), a bare
 * list (Together), `{ models: [{ name }] }` (Ollama, Gemini), names alone; null for an empty one. Throws for anything else.
 */
export function entriesOf(body: unknown): Entry[] {
  const entries = new Map<string, Entry>();
  for (const one of listOf(body)) {
    const fields = typeof one === 'string' ? { id: one } : { ...(one as object | null) };
    const { id, name, model } = fields as Record<string, unknown>;
    const said = [id, model, name].find((text) => typeof text === 'string' && text.trim() !== '') as string | undefined;
    // Gemini's names, as they are asked for.
    const asked = said?.trim().replace(/^models\//, '');
    if (asked && asked.length <= MAX_NAME && !entries.has(asked)) entries.set(asked, { ...fields, id: asked });
  }
  return [...entries.values()];
}

function listOf(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  const { data, models } = body as Record<string, unknown>;
  const list = data === undefined ? models : data;
  if (Array.isArray(list)) return list;
  if (list === null) return [];
  throw new Error('no list of models');
}

function windowOf(entry: Entry): number | undefined {
  const { max_model_len, context_length, context_window, max_context_length, meta } = entry;
  const given = [max_model_len, context_length, context_window, max_context_length, meta?.n_ctx];
  return given.find((tokens): tokens is number => typeof tokens === 'number' && tokens > 0);
}
