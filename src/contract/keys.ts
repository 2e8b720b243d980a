import { z } from 'zod';
import { name } from './fields.js';
import { pageOf } from './page.js';
import { ONE_LINE, refusal } from './refusal.js';
import { count, id, time } from './values.js';

/** What a program may do with a key. `chat` is messages and count_tokens, too; `api` is the API itself. */
export const KeyScope = z.enum(['models', 'chat', 'responses', 'embeddings', 'api']);
export type KeyScope = z.infer<typeof KeyScope>;

/** What a key has where nobody said what it should have. */
export const DEFAULT_SCOPES: KeyScope[] = ['models', 'chat', 'responses', 'embeddings'];

const MOST_MODELS = 100;

const NONE = 'must name at least one';
const twice = refusal('must not name one twice', 'repeated');
const isOnce = (values: string[]) => new Set(values).size === values.length;

const modelName = z
  .string()
  .min(1, 'must not be empty')
  .max(300, 'must have at most 300 characters')
  .regex(ONE_LINE, 'must not hold control characters');

/** RFC 3339, as all times of the API, with any offset. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const isTime = (text: string) => TIME.test(text) && !Number.isNaN(Date.parse(text));
const noTime = refusal('must be a time, as 2026-01-31T12:00:00Z', 'bad_format', { format: 'time' });
const isOver = refusal('must be in the future', 'in_the_past');

export const keyBody = z.strictObject({
  name,
  scopes: z.array(KeyScope).min(1, NONE).refine(isOnce, twice).optional().describe('Left out: all but `api`.'),
  models: z
    .array(modelName)
    .min(1, NONE)
    .max(MOST_MODELS)
    .refine(isOnce, twice)
    .nullable()
    .optional()
    .describe('`<endpoint>/<model>`, or a model by any endpoint. Left out or null: all that its person may ask.'),
  expiresAt: z
    .string()
    .max(50)
    .refine(isTime, { ...noTime, abort: true })
    .refine((text) => Date.parse(text) > Date.now(), isOver)
    .meta({ format: 'date-time' })
    .nullable()
    .optional()
    .describe('Left out or null: never.'),
  tokensPerDay: z
    .int()
    .min(1)
    .max(1_000_000_000_000)
    .nullable()
    .optional()
    .describe('In and out, by day in UTC. Left out or null: without a limit of its own.'),
});
export type KeyBody = z.infer<typeof keyBody>;

export const keyPatch = z.strictObject({ name });
export type KeyPatch = z.infer<typeof keyPatch>;

/** A key for programs as its owner sees it. Its secret is shown once, when it is made. */
export const ApiKey = z
  .object({
    id,
    name: z.string(),
    prefix: z.string().describe('How its secret begins.'),
    scopes: z.array(KeyScope),
    models: z.array(z.string()).nullable().describe('Null: all.'),
    expiresAt: time.nullable().describe('Null: never.'),
    tokensPerDay: count.nullable().describe('Null: without a limit of its own.'),
    lastUsedAt: time.nullable().describe('To the minute; null: never.'),
    createdAt: time,
  })
  .meta({ id: 'ApiKey', description: 'A key for programs.' });
export type ApiKey = z.infer<typeof ApiKey>;

export const KeyAnswer = z.object({ key: ApiKey });
export const KeyPage = pageOf(ApiKey).extend({ mayMake: z.boolean().describe('Whether one may make any here.') });
export type KeyPage = z.infer<typeof KeyPage>;

export const KeyMade = z.object({
  key: ApiKey,
  secret: z.string().describe('For `Authorization: Bearer` or `x-api-key`. Nobody can show it again.'),
});
export type KeyMade = z.infer<typeof KeyMade>;

/** A key as admins see it. */
export const AdminKey = ApiKey.extend({
  user: z
    .object({ id, name: z.string(), email: z.string(), disabled: z.boolean() })
    .nullable()
    .describe('Whose it is; null: the account is just being deleted.'),
}).meta({ id: 'AdminKey', description: 'A key as admins see it.' });
export type AdminKey = z.infer<typeof AdminKey>;
export const AdminKeyPage = pageOf(AdminKey);
