import type { InputKind, ModelInfo } from './model.js';

/** What providers tell of a model in their lists, beside its name. */
export interface ToldFields {
  display_name?: unknown;
  name?: unknown;
  description?: unknown;
  /** Together. */
  type?: unknown;
  /** OpenRouter. */
  architecture?: { input_modalities?: unknown; output_modalities?: unknown } | null;
  supported_parameters?: unknown;
  /** A list of words (Ollama, llama.cpp), or of switches (Mistral, Anthropic). */
  capabilities?: unknown;
}

const MAX_LABEL = 100;
const MAX_DESCRIPTION = 300;

/** What a provider's entry says of a model; what it does not say is left out. */
export function toldAbilities(entry: ToldFields): Pick<ModelInfo, 'label' | 'description' | 'input' | 'reasoning'> {
  const { display_name, name, description, supported_parameters } = entry;
  // A name without blanks is the one that it is asked by.
  const label = words(display_name) ?? (/\s/.test(words(name) ?? '') ? words(name) : undefined);
  const parameters = list(supported_parameters);
  return {
    label: label && cut(label, MAX_LABEL),
    description: words(description) && cut(words(description) as string, MAX_DESCRIPTION),
    input: inputOf(entry),
    reasoning: parameters ? parameters.includes('reasoning') : capability(entry, ['reasoning', 'thinking']),
  };
}

/** Whether the provider says that a model is for something else: embeddings, pictures, speech. */
export function cannotChat({ type, architecture, capabilities }: ToldFields): boolean {
  const output = list(architecture?.output_modalities);
  if (output && !output.includes('text')) return true;
  if (/^(embedding|image|video|audio|rerank|moderation|transcribe)/.test(String(type))) return true;
  const said = list(capabilities);
  if (said) return said.length > 0 && said.every((one) => /embed|rerank/.test(one));
  return (capabilities as { completion_chat?: unknown } | null | undefined)?.completion_chat === false;
}

function inputOf(entry: ToldFields): InputKind[] | undefined {
  const modalities = list(entry.architecture?.input_modalities);
  const image = modalities?.includes('image') ?? capability(entry, ['vision', 'image_input', 'multimodal', 'image']);
  const pdf = modalities?.includes('file') ?? capability(entry, ['pdf_input', 'pdf']);
  if (image === undefined && pdf === undefined) return undefined;
  return ['text', ...(image ? (['image'] as const) : []), ...(pdf ? (['pdf'] as const) : [])];
}

/** A list that lacks `vision` tells of a model that does not see; of thoughts most tell nothing. */
function capability({ capabilities }: ToldFields, names: string[]): boolean | undefined {
  const said = list(capabilities);
  if (said) return said.some((one) => names.includes(one)) || (names.includes('vision') ? false : undefined);
  const switches = (capabilities ?? {}) as Record<string, unknown>;
  const values = names.map((name) => switches[name]).map((value) => (isSwitch(value) ? value.supported : value));
  return values.find((value) => typeof value === 'boolean') as boolean | undefined;
}

const isSwitch = (value: unknown): value is { supported: unknown } =>
  typeof value === 'object' && value !== null && 'supported' in value;

/** The words of a list; undefined for what is none. */
function list(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}

const words = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most).trimEnd()}…` : text);
