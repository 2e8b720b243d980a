import type { OpenAPIObject } from '@nestjs/swagger';
import { ERRORS, FIELD_ERRORS, type ParamKinds } from '../../libs/errors/index.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

const text: Schema = { type: 'string' };

const OF_KIND = { number: { type: 'number' }, text, texts: { type: 'array', items: text } } satisfies Record<
  string,
  Schema
>;

function paramsSchema(kinds: ParamKinds): Schema {
  const names = Object.keys(kinds);
  const required = names.filter((name) => !name.endsWith('?'));
  const schemaOf = (kind: ParamKinds[string]): Schema =>
    typeof kind === 'string' ? OF_KIND[kind] : { type: 'string', enum: [...kind] };
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), schemaOf(kinds[name])])),
    ...(required.length > 0 && { required }),
  };
}

/** One case a code: its name, and its parameters where it has any. */
function cases(codes: Record<string, ParamKinds>): Schema[] {
  return Object.entries(codes).map(([code, kinds]) => {
    const hasParams = Object.keys(kinds).length > 0;
    const isNeeded = Object.keys(kinds).some((name) => !name.endsWith('?'));
    return {
      title: code,
      type: 'object',
      properties: { code: { type: 'string', enum: [code] }, ...(hasParams && { params: paramsSchema(kinds) }) },
      required: ['code', ...(isNeeded ? ['params'] : [])],
    };
  });
}

/** The problem document and a bad field, from the catalogue. */
export const PROBLEM_SCHEMAS: Schemas = {
  Problem: {
    description:
      'RFC 9457. Whoever shows it to people makes words of `code` and `params`; `detail` is English. There may be further codes, parameters and members.',
    type: 'object',
    properties: {
      ...{ type: text, title: text, status: { type: 'integer' }, code: text, detail: text },
      instance: { ...text, description: 'The request id, as in X-Request-Id.' },
      params: { type: 'object', description: 'What `detail` says, as data.' },
      errors: { type: 'array', items: { $ref: '#/components/schemas/FieldError' } },
    },
    required: ['type', 'title', 'status', 'code', 'detail', 'instance'],
    anyOf: cases(ERRORS),
  },
  FieldError: {
    description:
      'One bad field: where (`path`, in dots), what (`code`, `params`), and the same in English (`message`).',
    type: 'object',
    properties: { path: text, message: text, code: text, params: { type: 'object' } },
    required: ['path', 'message', 'code'],
    anyOf: cases(FIELD_ERRORS),
  },
};

/** What any call may answer with instead of what it is for. */
export const PROBLEM_RESPONSE = {
  description: 'A refusal or a failure',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
