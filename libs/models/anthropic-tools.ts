import { claudeVersion } from './claude-version.js';
import type { ModelRequest, ModelTool, ModelTurn, ResponseFormat } from './model.js';
import { type Mends, mendsWithout } from './refused-settings.js';
import { isCall } from './tool-parts.js';

export interface AnthropicTool {
  name: string;
  description?: string;
  input_schema: { type: 'object'; [field: string]: unknown };
  strict?: boolean;
}

type AnthropicChoice =
  | { type: 'auto' | 'any'; disable_parallel_tool_use?: boolean }
  | { type: 'tool'; name: string; disable_parallel_tool_use?: boolean }
  | { type: 'none' };

export interface OutputFormat {
  type: 'json_schema';
  schema: Record<string, unknown>;
}

/** What programs ask for beside text. */
export interface AnthropicAsked {
  tools?: AnthropicTool[];
  tool_choice?: AnthropicChoice;
  /** For `output_config`. */
  format?: OutputFormat;
  /** The name of a tool that is no tool of the caller's: its input is the answer's text. */
  formatTool?: string;
}

/** From this version on Claude writes by a schema. */
const WRITES_JSON = 4.5;
/** The mend of a model that does not after all. */
const FORMAT = 'output_config.format';
const ANYTHING = { type: 'object', additionalProperties: true };

/**
 * The form of the answer is asked for as the model takes it, else by a tool that it has to call. It takes strict schemas only
 * (each object names all that it may hold), so one that is not meant or not written so goes by the tool.
 */
export function anthropicAsked(request: ModelRequest, turns: ModelTurn[], { without }: Mends): AnthropicAsked {
  const { tools = [], toolChoice: choice, responseFormat, parallelToolCalls } = request;
  const calls = tools.map(toolOf);
  const parallel = parallelToolCalls === undefined ? {} : { disable_parallel_tool_use: !parallelToolCalls };
  const isCallDue = calls.length > 0 && (choice === 'required' || typeof choice === 'object');
  if (!responseFormat || isCallDue) return calls.length > 0 ? asked(calls, choice, parallel) : knownTools(turns);
  if (canWrite(request.model, responseFormat) && !without.has(FORMAT)) {
    const format = { type: 'json_schema', schema: responseFormat.schema } as const;
    return { ...(calls.length > 0 ? asked(calls, choice, parallel) : knownTools(turns)), format };
  }
  const formatTool = nameFor(tools);
  const form = toolOf(formOf(responseFormat, formatTool));
  const mayCall = calls.length > 0 && choice !== 'none';
  const tool_choice: AnthropicChoice = mayCall
    ? { type: 'any', ...parallel }
    : { type: 'tool', name: formatTool, disable_parallel_tool_use: true };
  return { tools: [...calls, form], tool_choice, formatTool };
}

/** Whether a tool has to be called: then no model thinks. */
export const isForced = ({ tool_choice }: AnthropicAsked) =>
  tool_choice?.type === 'any' || tool_choice?.type === 'tool';

/**
 * As `ProviderModel.learn`: a model that does not know the field gets its schema by a tool. What it says of the schema is
 * for whoever wrote that.
 */
export function learnFormat(
  body: { output_config?: { format?: OutputFormat } },
  words: string,
  mends: Mends,
): [string, Mends] | undefined {
  if (!body.output_config?.format || !/output_config|output[_ ]format|structured[_ ]output/i.test(words)) {
    return undefined;
  }
  if (/\bschema\b(?!['"`]? (output|format))|propert|additional/i.test(words)) return undefined;
  const isUnknown =
    /not (supported|available|permitted|allowed)|unsupported|does(n't| not) support|unknown|unexpected/i;
  return isUnknown.test(words) ? ['a form of the answer', mendsWithout(mends, FORMAT)] : undefined;
}

function asked(
  tools: AnthropicTool[],
  choice: ModelRequest['toolChoice'],
  parallel: { disable_parallel_tool_use?: boolean },
): AnthropicAsked {
  if (typeof choice === 'object') return { tools, tool_choice: { type: 'tool', name: choice.toolName, ...parallel } };
  if (choice === 'none') return { tools, tool_choice: { type: 'none' } };
  if (choice === 'required') return { tools, tool_choice: { type: 'any', ...parallel } };
  const isUsual = parallel.disable_parallel_tool_use === undefined && choice === undefined;
  return isUsual ? { tools } : { tools, tool_choice: { type: 'auto', ...parallel } };
}

/** Calls of earlier turns are taken only beside their tools, also where none may be called any more. */
function knownTools(turns: ModelTurn[]): AnthropicAsked {
  const names = new Set(turns.flatMap(({ parts }) => parts.filter(isCall).map(({ toolName }) => toolName)));
  if (names.size === 0) return {};
  const tools = [...names].map((name) => toolOf({ name, inputSchema: ANYTHING }));
  return { tools, tool_choice: { type: 'none' } };
}

function toolOf({ name, description, inputSchema, strict }: ModelTool): AnthropicTool {
  return { name, description, input_schema: { ...inputSchema, type: 'object' }, strict };
}

function canWrite(model: string, format: ResponseFormat): format is Extract<ResponseFormat, { type: 'json-schema' }> {
  if (format.type !== 'json-schema' || !(claudeVersion(model) >= WRITES_JSON)) return false;
  return format.strict ?? isClosed(format.schema);
}

/** Deeper schemas are taken as they are. */
const MAX_DEPTH = 30;

/** Whether each object that a schema describes may hold only what it names, as far as it is written out. */
function isClosed(schema: unknown, depth = 0): boolean {
  if (typeof schema !== 'object' || schema === null || depth > MAX_DEPTH) return true;
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const isObject = type === 'object' || (typeof properties === 'object' && properties !== null);
  if (isObject && typeof type !== 'object' && additionalProperties !== false) return false;
  return Object.values(schema).every((inner) => isClosed(inner, depth + 1));
}

function formOf(format: ResponseFormat, name: string): ModelTool {
  const says = 'Gives the answer. Call it once, with the whole answer.';
  if (format.type === 'json') return { name, description: says, inputSchema: ANYTHING };
  return { name, description: [says, format.description].filter(Boolean).join(' '), inputSchema: format.schema };
}

function nameFor(tools: ModelTool[]): string {
  let name = 'answer';
  while (tools.some((tool) => tool.name === name)) name += '_';
  return name;
}
