/** What programs speak to us: OpenAI's chat completions and responses, Anthropic's messages. */
export const DIALECTS = ['chat', 'responses', 'messages'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Where in a body: `['messages', 3, 'content']`. */
export type Path = ReadonlyArray<string | number>;

/** OpenAI's own names for what is wrong with a field. */
export type FieldCode =
  'missing_required_parameter' | 'invalid_type' | 'invalid_value' | 'unsupported_value' | 'unsupported_parameter';

/** A body that is refused for one of its fields, always with 400. `message`: a sentence for whoever writes the program. */
export class DialectError extends Error {
  constructor(
    readonly code: FieldCode,
    readonly path: Path,
    message: string,
  ) {
    super(message);
    this.name = 'DialectError';
  }
}

/** `messages[3].content`, as OpenAI names a field. */
export function openAiPath(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

/** `messages.3.content`, as Anthropic does. */
export const anthropicPath = (path: Path): string => path.join('.');
