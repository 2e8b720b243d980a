import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import type { ModelRequest, ModelTool, ResponseFormat } from '../../models/index.js';
import { anyObject, read, refused } from '../reading/fields.js';
import { refusedTool } from '../reading/never.js';
import { type Choice, chosen, NO_INPUT, schemaOf, untranslatedTool } from '../reading/tools.js';

const TYPED = z.looseObject({ type: z.string() });
const TOOL = z.object({
  function: z.object({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: anyObject.nullish(),
    strict: z.boolean().nullish(),
  }),
});
const NAMED = z.object({ function: z.object({ name: z.string().min(1) }) });
const ALLOWED = z.object({
  allowed_tools: z.object({ mode: z.enum(['auto', 'required']), tools: z.array(NAMED) }),
});
const CHOICE = z.union([z.enum(['none', 'auto', 'required']), TYPED], 'Invalid input: expected a choice of tools');
const FORMAT = z.object({
  json_schema: z.object({
    name: z.string().min(1),
    description: z.string().nullish(),
    schema: anyObject.nullish(),
    strict: z.boolean().nullish(),
  }),
});

type ToolFields = Pick<ModelRequest, 'tools' | 'toolChoice'>;

/** The functions that a program offers, and which of them the model is to call. */
export function chatTools(body: { tools?: unknown; tool_choice?: unknown }): ToolFields {
  const tools = read(z.array(TYPED).nullish(), body.tools, ['tools'])?.map(toolOf) ?? [];
  const choice = choiceOf(body.tool_choice, ['tool_choice']);
  return chosen(tools, choice);
}

function toolOf(tool: z.infer<typeof TYPED>, i: number): ModelTool {
  const path = ['tools', i];
  if (tool.type === 'custom') throw untranslatedTool([...path, 'type']);
  if (tool.type !== 'function') throw refusedTool([...path, 'type'], tool.type);
  const { name, description, parameters, strict } = read(TOOL, tool, path).function;
  return {
    name,
    ...(description && { description }),
    inputSchema: parameters ?? NO_INPUT,
    ...(strict !== undefined && strict !== null && { strict }),
  };
}

function choiceOf(value: unknown, path: Path): Choice {
  const choice = read(CHOICE.nullish(), value, path);
  if (choice === null || choice === undefined) return {};
  if (typeof choice === 'string') return { toolChoice: choice };
  if (choice.type === 'function') return { toolChoice: { toolName: read(NAMED, choice, path).function.name } };
  if (choice.type !== 'allowed_tools') throw refusedTool([...path, 'type'], choice.type);
  const { mode, tools } = read(ALLOWED, choice, path).allowed_tools;
  return { toolChoice: mode, allowed: tools.map((tool) => tool.function.name) };
}

/** `response_format`. */
export function formatOf(value: unknown): ResponseFormat | undefined {
  const path = ['response_format'];
  const format = read(TYPED.nullish(), value, path);
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  if (format.type !== 'json_schema') throw refused([...path, 'type'], 'There is no such form.', 'invalid_value');
  return schemaOf(read(FORMAT, format, path).json_schema);
}
