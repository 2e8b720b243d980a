import type { ModelInfo } from './model.js';
import { cannotChat, toldAbilities, type ToldFields } from './told-abilities.js';

interface Entry extends ToldFields {
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
  const chats = (entry: Entry) => !NO_CHAT.test(entry.id) && !cannotChat(entry);
  const chatting = all.filter((entry) => chats(entry) && !(isOpenAi && NO_CHAT_OPENAI.test(entry.id)));
  const offered = chatting.length > 0 ? chatting : all;
  const age = ({ created }: Entry) => (typeof created === 'number' ? created : 0);
  if (isOpenAi) offered.sort((a, b) => age(b) - age(a));
  return offered.map((entry) => ({ name: entry.id, contextTokens: windowOf(entry), ...toldAbilities(entry) }));
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
    const asked = nameOf(one);
    const fields = typeof one === 'string' ? {} : { ...(one as object | null) };
    if (asked && asked.length <= MAX_NAME && !entries.has(asked)) entries.set(asked, { ...fields, id: asked });
  }
  for (const more of secondListOf(body)) {
    const entry = entries.get(nameOf(more) ?? '');
    if (entry) entry.capabilities ??= (more as ToldFields).capabilities;
  }
  return [...entries.values()];
}

function nameOf(entry: unknown): string | undefined {
  const { id, name, model } = (
    typeof entry === 'string' ? { id: entry } : { ...(entry as object | null) }
  ) as ToldNames;
  const said = [id, model, name].find((text) => typeof text === 'string' && text.trim() !== '') as string | undefined;
  // Gemini's names, as they are asked for.
  return said?.trim().replace(/^models\//, '');
}

type ToldNames = Partial<Record<'id' | 'name' | 'model', unknown>>;

/** llama.cpp tells what a model can in a list beside that of OpenAI's form. */
function secondListOf(body: unknown): unknown[] {
  const { data, models } = (body ?? {}) as Record<string, unknown>;
  return Array.isArray(data) && Array.isArray(models) ? models : [];
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
