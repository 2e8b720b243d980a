import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import type { ModelRequest, ModelTool, ResponseFormat } from '../../models/index.js';
import { anyObject, read, refused } from '../reading/fields.js';
import { refusedTool } from '../reading/never.js';
import { type Choice, chosen, NO_INPUT, schemaOf, untranslatedTool } from '../reading/tools.js';

const TYPED = z.looseObject({ type: z.string() });
const TOOL = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  parameters: anyObject.nullish(),
  strict: z.boolean().nullish(),
});
const NAMED = z.object({ name: z.string().min(1) });
const ALLOWED = z.object({ mode: z.enum(['auto', 'required']), tools: z.array(NAMED) });
const CHOICE = z.union([z.enum(['none', 'auto', 'required']), TYPED], 'Invalid input: expected a choice of tools');
const FORMAT = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  schema: anyObject,
  strict: z.boolean().nullish(),
});

/** Those that run at the program. */
const AT_PROGRAM = /^(function|custom|local_shell|shell|apply_patch|namespace|computer|computer_use_preview)$/;

export const runsAtProvider = (type: string): boolean => !AT_PROGRAM.test(type);

/** The functions that a program offers, and which of them the model is to call. */
export function responsesTools(body: {
  tools?: unknown;
  tool_choice?: unknown;
}): Pick<ModelRequest, 'tools' | 'toolChoice'> {
  const tools = read(z.array(TYPED).nullish(), body.tools, ['tools'])?.map(toolOf) ?? [];
  return chosen(tools, choiceOf(body.tool_choice, ['tool_choice']));
}

function toolOf(tool: z.infer<typeof TYPED>, i: number): ModelTool {
  const path = ['tools', i];
  if (runsAtProvider(tool.type)) throw refusedTool([...path, 'type'], tool.type);
  if (tool.type !== 'function') throw untranslatedTool([...path, 'type']);
  const { name, description, parameters, strict } = read(TOOL, tool, path);
  return {
    name,
    ...(description && { description }),
    inputSchema: parameters ?? NO_INPUT,
    ...(typeof strict === 'boolean' && { strict }),
  };
}

function choiceOf(value: unknown, path: Path): Choice {
  const choice = read(CHOICE.nullish(), value, path);
  if (choice === null || choice === undefined) return {};
  if (typeof choice === 'string') return { toolChoice: choice };
  if (choice.type === 'function') return { toolChoice: { toolName: read(NAMED, choice, path).name } };
  if (choice.type !== 'allowed_tools') throw refusedTool([...path, 'type'], choice.type);
  const { mode, tools } = read(ALLOWED, choice, path);
  return { toolChoice: mode, allowed: tools.map(({ name }) => name) };
}

/** `text.format`. */
export function formatOf(format: z.infer<typeof TYPED> | null | undefined): ResponseFormat | undefined {
  const path = ['text', 'format'];
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json' };
  if (format.type !== 'json_schema') throw refused([...path, 'type'], 'There is no such form.', 'invalid_value');
  return schemaOf(read(FORMAT, format, path));
}
