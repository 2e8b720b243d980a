import type { Model, ModelChunk, ModelRequest, ModelUsage } from './model.js';

export const question = (text = 'Hi', more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'm',
  turns: [{ role: 'user', text }],
  ...more,
});

export interface Heard {
  texts: string[];
  text: string;
  usage?: ModelUsage;
  /** What the iteration threw; undefined: it ended. */
  error?: any;
}

/** Takes a whole answer, whatever its end. */
export async function hear(model: Model, request = question(), signal = new AbortController().signal): Promise<Heard> {
  const heard: Heard = { texts: [], text: '', error: undefined };
  try {
    for await (const chunk of model.stream(request, signal)) {
      if ('usage' in chunk) heard.usage = chunk.usage;
      else heard.texts.push(chunk.text);
    }
  } catch (error) {
    heard.error = error;
  }
  heard.text = heard.texts.join('');
  return heard;
}

/** Starts an answer whose chunks are taken by hand. */
export function begin(
  model: Model,
  request = question(),
  signal = new AbortController().signal,
): AsyncIterator<ModelChunk> {
  return model.stream(request, signal)[Symbol.asyncIterator]();
}
