import { z } from 'zod';
import type { ModelRequest, ModelTool, ToolChoice } from '../../models/index.js';
import { type Choice, chosen, untranslatedTool } from '../reading/tools.js';
import { anyObject, read } from '../reading/fields.js';
import { refusedTool } from '../reading/never.js';

const TYPED = z.looseObject({ type: z.string().nullish() });
const TOOL = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  input_schema: anyObject,
  strict: z.boolean().nullish(),
});
const CHOICE = z.object({
  type: z.enum(['auto', 'any', 'tool', 'none']),
  name: z.string().nullish(),
  disable_parallel_tool_use: z.boolean().nullish(),
});

/** Those that run at the program, though Anthropic defines them: `bash_20250124`. All others run at the provider. */
const AT_PROGRAM = /^(bash|text_editor|computer|memory|browser)(_toolset)?_\d/;

export const runsAtProvider = (type: string): boolean => type !== 'custom' && !AT_PROGRAM.test(type);

/** The tools that a program offers, and which of them the model is to call. */
export function messagesTools(body: {
  tools?: unknown;
  tool_choice?: unknown;
}): Pick<ModelRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'> {
  const tools = read(z.array(TYPED).nullish(), body.tools, ['tools'])?.map(toolOf) ?? [];
  const choice = read(CHOICE.nullish(), body.tool_choice, ['tool_choice']);
  const fields = chosen(tools, choice ? choiceOf(choice) : {});
  return fields.tools && choice?.disable_parallel_tool_use ? { ...fields, parallelToolCalls: false } : fields;
}

function toolOf(tool: z.infer<typeof TYPED>, i: number): ModelTool {
  const path = ['tools', i];
  const type = tool.type ?? 'custom';
  if (runsAtProvider(type)) throw refusedTool([...path, 'type'], type);
  if (type !== 'custom') throw untranslatedTool([...path, 'type']);
  const { name, description, input_schema, strict } = read(TOOL, tool, path);
  return {
    name,
    ...(description && { description }),
    inputSchema: input_schema,
    ...(typeof strict === 'boolean' && { strict }),
  };
}

function choiceOf({ type, name }: z.infer<typeof CHOICE>): Choice {
  if (type === 'tool') return { toolChoice: { toolName: read(z.string().min(1), name, ['tool_choice', 'name']) } };
  const toolChoice: ToolChoice = type === 'any' ? 'required' : type;
  return { toolChoice };
}
