import type { z } from 'zod';

const ANSWERS = 'docs:answers';
const HEADERS = 'docs:headers';
const BODY = 'docs:body';

/** One of the answers of a route. */
export interface DescribedAnswer {
  schema: z.ZodType;
  /** Media type. Of an event stream the schema is that of each event. */
  type: string;
  /** Undefined: the route's own. */
  status?: number;
  description: string;
}

/** A body that a route takes. `type`: its media type. */
export interface DescribedBody {
  schema: z.ZodType;
  type: string;
}

/** A header that a route reads. */
export interface DescribedHeader {
  name: string;
  description: string;
}

/**
 * What a route answers with where all is well, in `/docs/json`; while calls are served nothing is compared with it (a test
 * does). A route with several media types or statuses has it several times, one with 204 not at all.
 */
export function Answers(
  schema: z.ZodType,
  { type = 'application/json', status, description = '' }: Partial<Omit<DescribedAnswer, 'schema'>> = {},
): MethodDecorator {
  return added<DescribedAnswer>(ANSWERS, { schema, type, status, description });
}

/** The body that a route takes, in `/docs/json`, where it is no JSON that a schema checks. */
export function Takes(schema: z.ZodType, type: string): MethodDecorator {
  return added<DescribedBody>(BODY, { schema, type });
}

/** A header that a route reads, in `/docs/json`. */
export function ReadsHeader(name: string, description: string): MethodDecorator {
  return added<DescribedHeader>(HEADERS, { name, description });
}

export const bodiesOf = (handler: object) => listed<DescribedBody>(BODY, handler);
export const answersOf = (handler: object) => listed<DescribedAnswer>(ANSWERS, handler);
export const headersOf = (handler: object) => listed<DescribedHeader>(HEADERS, handler);

function listed<T>(key: string, handler: object): T[] {
  return (Reflect.getMetadata(key, handler) as T[] | undefined) ?? [];
}

function added<T>(key: string, one: T): MethodDecorator {
  return (_target, _name, { value }) => {
    const handler = value as object;
    // Decorators run from the last to the first.
    Reflect.defineMetadata(key, [one, ...listed<T>(key, handler)], handler);
  };
}
