import { claudeVersion } from './claude-version.js';
import type { InputKind } from './model.js';

/** What a model takes beside text, and whether it thinks. */
export interface Abilities {
  input?: InputKind[];
  reasoning?: boolean;
}

/** Families that see, as their makers name them; and all who say so in their names. */
const SEE = [
  /^(chatgpt-4o|gpt-4o(?!.*(audio|realtime))|gpt-4\.[15]|gpt-4-(turbo|vision)|gpt-[5-9]|o1(?!-(mini|preview))|o[34](?!-mini)|o4-mini)/,
  /^gemini/,
  /^gemma-?[34](?!n|.*(\b270m|\b1b))/,
  /^(llama-?4|llama-?3\.2-(11b|90b)|mistral-(small|medium|large)-?(latest|3|4|25(0[3-9]|1)|26)|ministral-3|magistral-.*(25(09|1)|26|latest))/,
  /^(pixtral|llava|bakllava|moondream|minicpm-(v|o)|internvl|molmo|smolvlm|cogvlm|idefics|paligemma|qvq|grok-([4-9]|.*vision)|nova-(lite|pro|premier))/,
  /^(glm-4(\.\d)?v|kimi-(vl|k2\.[5-9]|latest)|qwen3\.[5-9]|qwen-?(vl|omni)|phi-(3(\.5)?-vision|4-multimodal)|step-?3|ernie-4\.5-vl|command-a-vision|aya-vision)/,
  /(\b|_)(vl|vision|multimodal|omni)\d*(\b|_)|\d(vl|v)(-|:|$)/,
];

/** Of those, whose makers' servers read PDFs as they are. */
const READ_PDF = [/^(chatgpt-4o|gpt-4o|gpt-4\.[15]|gpt-[5-9]|o1|o[34])/];

/** Families that think, and can be told how much. */
const THINK = [
  /^(o1(?!-(mini|preview))|o[34]|gpt-[5-9](?!.*chat)|gpt-oss)/,
  /^gemini-(2\.5|[3-9]|flash-latest|pro-latest|flash-lite-latest)(?!.*image)/,
  /^(deepseek-(r\d|reasoner|v3\.[1-9]|v[4-9]|flash|pro)|qwq|qvq|magistral|grok-3-mini|kimi-k2-thinking|minimax-m|exaone-deep|phi-4-.*reasoning|nemotron.*reason)/,
  /^(qwen-?3(?!.*(coder|instruct|embed|guard))|glm-(4\.[5-9]|[5-9])|seed-oss|mistral-(small-(latest|4|26)|medium-3[-.]5|large-4))/,
  /(\b|_)(thinking|reasoning|r1)(\b|_)(?!.*non)/,
];
const DO_NOT = /(\b|_)(non-?(thinking|reasoning)|no-?think)(\b|_)/;

/** Families of which it is known that they take text only and don't think. */
const PLAIN = /^(gpt-(3\.5|4(-\d{4}|-32k)?$)|(codellama|llama-?[23]|mixtral|mistral-7b|codestral)(?!.*vision))/;

const isOne = (families: RegExp[], name: string) => families.some((names) => names.test(name));

/** What is known of a model by its name; nothing, of one whose name tells nobody. */
export function knownModel(model: string): Abilities {
  const name = plainName(model);
  if (name.includes('claude')) return ofClaude(name);
  const sees = isOne(SEE, name);
  const thinks = isOne(THINK, name) && !DO_NOT.test(name);
  if (!sees && !thinks) return PLAIN.test(name) ? { input: ['text'], reasoning: false } : {};
  const input: InputKind[] = ['text'];
  if (sees) input.push('image');
  if (sees && isOne(READ_PDF, name)) input.push('pdf');
  return { input, reasoning: thinks };
}

function ofClaude(name: string): Abilities {
  const version = claudeVersion(name);
  if (version < 3) return { input: ['text'], reasoning: false };
  return { input: version < 3.5 ? ['text', 'image'] : ['text', 'image', 'pdf'], reasoning: version >= 3.7 };
}

/** Without vendor, folder and variant: `openai/gpt-5`, `accounts/x/models/y`, `deepseek/deepseek-r1:free`. */
export function plainName(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return name
    .replace(/^(us|eu|apac|global)\./, '')
    .replace(/^(anthropic|openai|meta|amazon|mistral|deepseek|qwen)\./, '');
}
