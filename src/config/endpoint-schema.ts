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

/** Where an endpoint is, and what goes with each call there. */
const place = { baseURL: providerUrl, apiKey: asText(headerValue).optional(), headers: headers.optional() };

/** One of several servers with the same models. */
const deployment = z.strictObject(
  {
    ...place,
    name: z
      .string('must be a name')
      .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens and underscores')
      .optional(),
    weight: asText(integer(1, 1000)).optional(),
  },
  'must have at least baseURL',
);

/** A model of another endpoint. */
const fallback = z
  .string('must be <endpoint>/<model>')
  .regex(/^[^/\s]+\/.*\S$/, 'must be <endpoint>/<model>')
  .transform((text) => ({ endpoint: text.slice(0, text.indexOf('/')), model: text.slice(text.indexOf('/') + 1) }));

const named = { name, label: text(100).optional() };
const more = {
  maxConcurrent: asText(integer(1, 100_000)).optional(),
  passFields: z.array(text(100), 'must be a list').optional(),
  remoteMedia: asText(flag).optional(),
  models: z
    .array(model, 'must be a list')
    .min(1, 'must name at least one, or be left out')
    .superRefine(distinct)
    .optional(),
  fallbacks: z.array(fallback, 'must be a list').superRefine(distinctModels).optional(),
};

const MISSING = 'must have at least name and baseURL';
const onOneServer = z.strictObject({ ...named, ...place, ...more }, MISSING);
const onSeveral = z.strictObject(
  {
    ...named,
    ...place,
    baseURL: z.never('must not stand beside deployments: each has its own').optional(),
    deployments: z
      .array(deployment, 'must be a list')
      .min(1, 'must name at least one, or be left out')
      .superRefine(distinctDeployments),
    ...more,
  },
  MISSING,
);

/** One of the endpoints in the YAML file. By hand, because of a union zod tells nothing but that none of it fits. */
const endpoint = z.unknown().transform((value, context): SingleEndpoint | BalancedEndpoint => {
  const hasSeveral = typeof value === 'object' && value !== null && 'deployments' in value;
  const { data, error } = (hasSeveral ? onSeveral : onOneServer).safeParse(value);
  for (const issue of error?.issues ?? []) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  return data ?? z.NEVER;
});

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

type SingleEndpoint = z.infer<typeof onOneServer> & { deployments?: undefined };
type BalancedEndpoint = z.infer<typeof onSeveral>;
export type Endpoint = z.infer<typeof endpoint>;
export type EndpointDeployment = z.infer<typeof deployment>;

/** Names that differ only by case would be mistaken for one another. */
function distinct(all: Array<{ name?: string }>, context: z.RefinementCtx): void {
  all.forEach((one, i) => {
    const isTaken = all.slice(0, i).some((other) => other?.name?.toLowerCase() === one?.name?.toLowerCase());
    if (isTaken) context.addIssue({ code: 'custom', path: [i, 'name'], message: 'stands there twice' });
  });
}

function distinctModels(all: Array<{ endpoint: string; model: string }>, context: z.RefinementCtx): void {
  all.forEach((one, i) => {
    const isTaken = all.slice(0, i).some((other) => other.endpoint === one.endpoint && other.model === one.model);
    if (isTaken) context.addIssue({ code: 'custom', path: [i], message: 'stands there twice' });
  });
}

/** The name of a deployment that the operator gave none: its number. */
export function deploymentName({ name }: Pick<EndpointDeployment, 'name'>, i: number): string {
  return name ?? String(i + 1);
}

/** The same server twice is no second one: it would be asked again where it has just failed. */
function distinctDeployments(all: EndpointDeployment[], context: z.RefinementCtx): void {
  distinct(
    all.map((one, i) => ({ name: deploymentName(one, i) })),
    context,
  );
  const places = all.map(({ baseURL, apiKey, headers }) =>
    JSON.stringify([baseURL?.replace(/\/+$/, ''), apiKey, headers]),
  );
  places.forEach((one, i) => {
    const first = places.indexOf(one);
    if (first < i) context.addIssue({ code: 'custom', path: [i], message: `is the same as deployment ${first + 1}` });
  });
}
