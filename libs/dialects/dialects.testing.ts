import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import type { ModelChunk } from '../models/index.js';
import { Answer, type AnswerHead, type StreamWriter } from './index.js';

export const head = (id = 'chatcmpl-1'): AnswerHead => ({ id, model: 'local/tide', createdAt: 1_700_000_000 });

/** All that a writer writes of these chunks. */
export const written = (writer: StreamWriter, chunks: ModelChunk[]): string =>
  chunks.map((chunk) => writer.write(chunk)).join('') + writer.end();

export function answerOf(chunks: ModelChunk[], keepsCallMetadata = false): Answer {
  const answer = new Answer(keepsCallMetadata);
  for (const chunk of chunks) answer.add(chunk);
  answer.close();
  return answer;
}

/** The data of an event stream, and the names of its events. */
export function eventsOf(text: string): Array<{ name?: string; data: any }> {
  return text
    .split('\n\n')
    .filter((event) => event !== '' && !event.startsWith(':'))
    .map((event) => {
      const [, name] = /^event: ([^\n]*)$/m.exec(event) ?? [];
      const [, data] = /^data: ([^\n]*)$/m.exec(event) ?? [];
      return { name, data: data === '[DONE]' ? data : JSON.parse(data) };
    });
}

const fetchOf = (text: string, status: number) => () => {
  const type = /^\{/.test(text) ? 'application/json' : 'text/event-stream';
  return Promise.resolve(new Response(text, { status, headers: { 'content-type': type } }));
};

/** The official clients, whose every call is answered with this text. */
export const openAiOf = (text: string, status = 200) =>
  new OpenAI({ apiKey: 'k', maxRetries: 0, baseURL: 'http://parley.test/v1', fetch: fetchOf(text, status) as any });
export const anthropicOf = (text: string, status = 200) =>
  new Anthropic({
    apiKey: 'k',
    maxRetries: 0,
    baseURL: 'http://parley.test',
    fetch: fetchOf(text, status) as any,
    logLevel: 'off',
  });

/** An answer that has all that an answer can have. */
export const RICH: ModelChunk[] = [
  { part: { type: 'reasoning', begins: true } },
  { reasoning: 'Let me ' },
  { reasoning: 'see.' },
  { part: { type: 'reasoning', providerMetadata: { signature: 'c2ln' } } },
  { part: { type: 'reasoning', begins: true, providerMetadata: { redacted: 'RW5j' } } },
  { text: 'The tide ' },
  { text: 'turns “now”.\n' },
  { toolCall: { toolCallId: 'call_1', toolName: 'tide', input: '{"at":' } },
  { toolCall: { toolCallId: 'call_1', input: '"Dover"}' } },
  { toolCall: { toolCallId: 'call_2', toolName: 'moon', input: '' } },
  { toolCall: { toolCallId: 'call_2', input: '{}' } },
  { usage: { inputTokens: 12, outputTokens: 34, cachedInputTokens: 5, reasoningTokens: 6 } },
  { finishReason: 'tool-calls' },
];

/** Numbers that are the same each time: a test that fails by chance has to be seen again. */
export function random(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const WORDS = ['a', ' tide', '\n', '"', 'é', '🌊', '\\', 'data: x\n\n', '<b>', '\u2028', '[DONE]'];

/** The chunks of some answer, whole texts in pieces, calls in turns. */
export function someChunks(seed: number): ModelChunk[] {
  const below = random(seed);
  const words = () => Array.from({ length: 1 + below(4) }, () => WORDS[below(WORDS.length)]).join('');
  const chunks: ModelChunk[] = [];
  const kinds = 1 + below(5);
  for (let i = 0; i < kinds; i++) {
    const kind = below(3);
    if (kind === 0) for (let n = 0; n <= below(3); n++) chunks.push({ text: words() });
    else if (kind === 1) chunks.push(...someThought(below, words, i));
    else chunks.push(...someCalls(below, words, i));
  }
  if (below(2)) chunks.push({ usage: { inputTokens: 10 + below(9), outputTokens: below(99) } });
  if (below(4)) chunks.push({ finishReason: (['stop', 'length', 'content-filter'] as const)[below(3)] });
  return chunks;
}

type Below = (below: number) => number;

function someThought(below: Below, words: () => string, i: number): ModelChunk[] {
  const kept = [undefined, { signature: `s${i}` }, { redacted: `r${i}` }, { other: { x: i } }][below(4)];
  const isHidden = kept !== undefined && ('redacted' in kept || below(3) === 0);
  return [
    { part: { type: 'reasoning', begins: true } },
    ...(isHidden ? [] : [{ reasoning: words() }, { reasoning: words() }]),
    ...(kept ? [{ part: { type: 'reasoning' as const, providerMetadata: kept } }] : []),
  ];
}

function someCalls(below: Below, words: () => string, i: number): ModelChunk[] {
  const calls = Array.from({ length: 1 + below(3) }, (_, n) => {
    const json = JSON.stringify({ of: words(), n });
    const at = 1 + below(json.length - 1);
    const kept = below(4) === 0 ? { providerMetadata: { thought: `t${i}${n}` } } : {};
    const toolCallId = `call_${i}_${n}`;
    return [
      { toolCall: { toolCallId, toolName: `tool_${n}`, input: json.slice(0, at), ...kept } },
      { toolCall: { toolCallId, input: json.slice(at) } },
    ];
  });
  return below(2) ? calls.flat() : [...calls.map(([first]) => first), ...calls.map(([, rest]) => rest)];
}
