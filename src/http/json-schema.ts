import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** `input`: what a caller sends; `output`: what an answer holds. */
export type Direction = 'input' | 'output';

/**
 * JSON Schema (2020-12) of a schema of the contract, and of those in it that have an id there: they stand under
 * `components`. Answers are left open, because a later version may add fields.
 */
export function jsonSchemaOf(schema: z.ZodType, direction: Direction) {
  const whole = z.toJSONSchema(z.object({ schema }), { io: direction, override: tidy });
  const { $defs = {}, properties = {} } = JSON.parse(
    JSON.stringify(whole).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as { $defs?: Record<string, JsonSchema>; properties?: Record<string, JsonSchema> };
  return { schema: properties.schema, components: $defs };
}

function tidy({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && !def.catchall) delete jsonSchema.additionalProperties;
  // What says nothing: the bounds of safe integers, and that names are texts.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (def.type === 'record') delete jsonSchema.propertyNames;
}
