import type { ModelInfo } from './model.js';

interface Entry {
  id: string;
  created?: number;
  /** Its window: vLLM, OpenRouter, Groq, Mistral, llama.cpp. */
  max_model_len?: number;
  context_length?: number;
  context_window?: number;
  max_context_length?: number;
  meta?: { n_ctx?: number } | null;
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
  const all = (body as { data: Entry[] }).data.map((entry) => ({ ...entry, id: entry.id.replace(/^models\//, '') }));
  const chatting = all.filter(({ id }) => !NO_CHAT.test(id) && !(isOpenAi && NO_CHAT_OPENAI.test(id)));
  const offered = chatting.length > 0 ? chatting : all;
  if (isOpenAi) offered.sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
  return offered.map((entry) => ({ name: entry.id, contextTokens: windowOf(entry) }));
}

function windowOf(entry: Entry): number | undefined {
  const { max_model_len, context_length, context_window, max_context_length, meta } = entry;
  const given = [max_model_len, context_length, context_window, max_context_length, meta?.n_ctx];
  return given.find((tokens) => typeof tokens === 'number' && tokens > 0);
}
