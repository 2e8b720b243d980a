import type { Path } from '../errors/dialect-error.js';
import type { ModelRequest, ModelTool, ResponseFormat, ToolChoice } from '../../models/index.js';
import { defined, refused } from './fields.js';

/** Of a tool that takes nothing. */
export const NO_INPUT = { type: 'object', properties: {} };

export interface Choice {
  toolChoice?: ToolChoice;
  /** Only these may be called. */
  allowed?: string[];
}

/** Tools and a choice that fit together. Throws a DialectError. */
export function chosen(tools: ModelTool[], choice: Choice): Pick<ModelRequest, 'tools' | 'toolChoice'> {
  const { toolChoice, allowed } = choice;
  const offered = allowed ? tools.filter(({ name }) => allowed.includes(name)) : tools;
  const named = typeof toolChoice === 'object' ? toolChoice.toolName : undefined;
  const isThere = named === undefined || offered.some(({ name }) => name === named);
  if (offered.length > 0 && isThere) return defined({ tools: offered, toolChoice });
  if (toolChoice === undefined || toolChoice === 'none' || toolChoice === 'auto') return {};
  throw refused(['tool_choice'], 'There is no such tool.', 'invalid_value');
}

export const untranslatedTool = (path: Path) =>
  refused(path, 'Such tools can not be translated for the model that is asked.', 'unsupported_value');

export interface NamedSchema {
  name: string;
  description?: string | null;
  schema?: Record<string, unknown> | null;
  strict?: boolean | null;
}

/** A JSON schema for the answer. */
export const schemaOf = ({ name, description, schema, strict }: NamedSchema): ResponseFormat =>
  defined({
    type: 'json-schema',
    name,
    schema: schema ?? {},
    description: description ?? undefined,
    strict: strict ?? undefined,
  });
