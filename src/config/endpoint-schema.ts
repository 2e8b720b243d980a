import { z } from 'zod';
import type { InputKind } from '../../libs/models/index.js';
import { EFFORT_FIELDS } from '../../libs/models/openai-effort.js';
import { hasUnseen, UNSEEN_MESSAGE } from './clean.js';
import { flag, headerValue, integer, providerUrl } from './values.js';

/** Numbers, flags and keys of digits stand in YAML as themselves, but come as text out of a `${NAME}`: all are read as text. */
const asText = <T extends z.ZodType>(text: T) =>
  z.preprocess((value) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''), text);

const text = (max: number) => {
  const right = `must be a text of 1 to ${max} characters`;
  return z.string(right).trim().min(1, right).max(max, right);
};

const headers = z
  .record(z.string(), asText(headerValue), 'must be names and values')
  .refine(
    (all) => Object.keys(all).every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)),
    'has a name that no header may have',
  )
  .transform((all) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])));

/** A model always takes text. */
const inputKinds = z
  .array(z.enum(['text', 'image', 'pdf'], 'must be text, image or pdf'), 'must be a list of text, image, pdf')
  .transform((kinds): InputKind[] => ['text', ...new Set(kinds.filter((kind) => kind !== 'text'))]);

const model = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  z.strictObject(
    {
      name: text(200).refine((value) => !hasUnseen(value), UNSEEN_MESSAGE),
      label: text(100).optional(),
      description: text(1000).optional(),
      kind: z.enum(['chat', 'embedding'], 'must be chat or embedding').optional(),
      contextTokens: asText(integer(1, 1e9)).optional(),
      maxOutputTokens: asText(integer(1, 1e9)).optional(),
      maxTokensField: z
        .enum(['max_tokens', 'max_completion_tokens'], 'must be max_tokens or max_completion_tokens')
        .optional(),
      noTemperature: asText(flag).optional(),
      input: inputKinds.optional(),
      reasoning: asText(flag).optional(),
      effortField: z.enum(EFFORT_FIELDS, `must be one of ${EFFORT_FIELDS.join(', ')}`).optional(),
      thinkTags: asText(flag).optional(),
    },
    'must be a name, or a name with settings',
  ),
);

const RESERVED = ['demo', 'openai', 'anthropic'];

/** It stands in addresses (`/api/ask/:endpoint`). */
const name = z
  .string('must be a name')
  .regex(
    /^[a-z0-9][\w.-]{0,63}$/i,
    'must be up to 64 letters, digits, dots, hyphens and underscores, a letter or digit first',
  )
  .refine((value) => !RESERVED.includes(value.toLowerCase()) && !(value in {}), 'is taken: choose another one');

/** One of the endpoints in the YAML file. */
const endpoint = z.strictObject(
  {
    name,
    label: text(100).optional(),
    baseURL: providerUrl,
    apiKey: asText(headerValue).optional(),
    headers: headers.optional(),
    maxConcurrent: asText(integer(1, 100_000)).optional(),
    passFields: z.array(text(100), 'must be a list').optional(),
    remoteMedia: asText(flag).optional(),
    models: z
      .array(model, 'must be a list')
      .min(1, 'must name at least one, or be left out')
      .superRefine(distinct)
      .optional(),
  },
  'must have at least name and baseURL',
);

/** `x-…` is nobody's, as in files of compose: a place for what is merged into endpoints. */
const withoutExtensions = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')))
    : value;

/** The whole YAML file. Empty, or with an empty list, it is one without endpoints. */
export const endpointsFile = z.preprocess(
  (value) => withoutExtensions(value ?? {}),
  z.strictObject(
    { endpoints: z.preprocess((value) => value ?? [], z.array(endpoint, 'must be a list').superRefine(distinct)) },
    'must be endpoints: with a list under it',
  ),
);

export type Endpoint = z.infer<typeof endpoint>;

/** Names that differ only by case would be mistaken for one another. */
function distinct(all: Array<{ name: string }>, context: z.RefinementCtx): void {
  all.forEach((one, i) => {
    const isTaken = all.slice(0, i).some((other) => other?.name?.toLowerCase() === one?.name?.toLowerCase());
    if (isTaken) context.addIssue({ code: 'custom', path: [i, 'name'], message: 'stands there twice' });
  });
}
