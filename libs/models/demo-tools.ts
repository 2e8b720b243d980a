import { newId } from '../ids/index.js';
import { cut } from './demo-text.js';
import { type ModelChunk, type ModelRequest, type ResponseFormat, textOfTurn, type ToolResultPart } from './model.js';
import { ObjectEnd } from './object-end.js';
import { filesOfResult, isCall, isResult, textOfResult } from './tool-parts.js';

/** So much of a question is looked through for names and JSON. */
const LOOKED_AT = 20_000;
const QUOTE_CHARS = 200;

/**
 * The call that the demo makes: of the first tool whose name stands in the question, or of the one that it has to call, with
 * the first JSON object in the question. Undefined: none, as to whom results are given.
 */
export function demoCall({ turns, tools = [], toolChoice }: ModelRequest): ModelChunk[] | undefined {
  const last = turns.at(-1);
  if (!last || toolChoice === 'none' || last.parts.some(isResult)) return undefined;
  const question = textOfTurn(last).slice(0, LOOKED_AT);
  const asked = typeof toolChoice === 'object' ? toolChoice.toolName : undefined;
  const named = tools.find(({ name }) => (asked === undefined ? isNamed(name, question) : name === asked));
  const toolName = (named ?? (toolChoice === 'required' ? tools[0] : undefined))?.name;
  if (toolName === undefined) return undefined;
  const toolCallId = `call_${newId().replaceAll('-', '')}`;
  return [{ toolCall: { toolCallId, toolName } }, { toolCall: { toolCallId, input: jsonIn(question) } }];
}

/** What the demo says to results of tools; undefined: there are none. */
export function demoResults({ turns }: ModelRequest): string | undefined {
  const results = turns.at(-1)?.parts.filter(isResult) ?? [];
  if (results.length === 0) return undefined;
  const calls = turns.flatMap(({ parts }) => parts.filter(isCall));
  const nameOf = (id: string) => calls.findLast(({ toolCallId }) => toolCallId === id)?.toolName ?? id;
  return results.map((result) => `\`${nameOf(result.toolCallId)}\` ${toldBy(result)}`).join('\n\n');
}

function toldBy(result: ToolResultPart): string {
  const files = filesOfResult(result).map(({ filename }) => `\`${filename}\``);
  const said = [cut(textOfResult(result), QUOTE_CHARS), ...files].filter(Boolean).join(', ') || 'nothing';
  return `${result.isError ? 'failed' : 'answered'}: ${said}`;
}

/** JSON in the form that was asked for. */
export function demoJson(format: ResponseFormat, quote: string): string {
  return JSON.stringify(format.type === 'json' ? { answer: quote } : sample(format.schema, quote));
}

/** Schemas may hold themselves. */
const MAX_DEPTH = 8;

/** The simplest value of a schema, as far as its plain keywords say. */
function sample(schema: unknown, quote: string, depth = 0): unknown {
  if (typeof schema !== 'object' || schema === null || depth > MAX_DEPTH) return null;
  const { type, properties, items, anyOf, minItems, ...more } = schema as Record<string, unknown>;
  if ('const' in more) return more.const;
  if (Array.isArray(more.enum)) return more.enum[0];
  if (Array.isArray(anyOf)) return sample(anyOf[0], quote, depth + 1);
  switch ([type].flat()[0]) {
    case 'string':
      return quote;
    case 'number':
    case 'integer':
      return typeof more.minimum === 'number' ? more.minimum : 0;
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.min(Number(minItems ?? 1), 100) }, () => sample(items, quote, depth + 1));
    case 'null':
      return null;
    default:
      return Object.fromEntries(
        Object.entries((properties ?? {}) as object).map(([name, inner]) => [name, sample(inner, quote, depth + 1)]),
      );
  }
}

function isNamed(name: string, question: string): boolean {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'i').test(question);
}

/** The first JSON object in a text; else an empty one. */
function jsonIn(text: string): string {
  for (let from = text.indexOf('{'), tries = 0; from >= 0 && tries < 10; from = text.indexOf('{', from + 1), tries++) {
    const end = new ObjectEnd();
    let to = from;
    while (to < text.length && !end.isWhole) end.take(text[to++]);
    try {
      JSON.parse(text.slice(from, to));
      return text.slice(from, to);
    } catch {
      // Another one may follow.
    }
  }
  return '{}';
}
