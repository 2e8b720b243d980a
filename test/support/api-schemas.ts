import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Json = Record<string, any>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The schemas of `/docs/json`, to compare answers with. The document leaves answers open for later versions; here a field
 * that it does not name is a fault.
 */
export class ApiSchemas {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, formats: { uuid: UUID, 'date-time': TIME } });
  private readonly validators = new Map<string, ValidateFunction>();

  private constructor(readonly document: Json) {
    const { components, paths } = document;
    // A schema of its own is closed where it is used, since an intersection may add to it.
    for (const name of Object.keys(components.schemas)) closeInside(components.schemas[name]);
    for (const media of mediaOf(paths)) media.schema = closed(media.schema);
    const events = document['x-socket.io'].events as Json;
    for (const name of Object.keys(events)) events[name] = closed(events[name]);
    this.ajv.addSchema(document, 'api');
  }

  static async of(url: string): Promise<ApiSchemas> {
    return new ApiSchemas((await (await fetch(`${url}/docs/json`)).json()) as Json);
  }

  /** `GET /api/user`, and so on. */
  get operations(): string[] {
    return Object.entries<Json>(this.document.paths).flatMap(([path, methods]) =>
      METHODS.filter((method) => method in methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  get liveEvents(): string[] {
    return Object.keys(this.document['x-socket.io'].events);
  }

  /** Whether this call is described as one that needs a session. */
  needsSession(operation: string): boolean {
    const [path, method] = placeOf(operation);
    return this.document.paths[path][method].security === undefined;
  }

  /** The names of a stream's events. */
  eventsOf(operation: string): string[] {
    const { schema } = this.mediaOf(operation, 200, 'text/event-stream');
    const { oneOf } = schema.$ref ? this.document.components.schemas[schema.$ref.split('/').at(-1)] : schema;
    return oneOf.map(({ properties }: Json) => properties.event.const);
  }

  /** Throws where an answer is not as it is described; gives back its body. An event stream is left unread. */
  async check(operation: string, response: Response): Promise<any> {
    const type = response.headers.get('content-type')?.split(';')[0];
    const text = type === 'text/event-stream' ? '' : await response.text();
    if (type === undefined) {
      const { content } = this.answer(operation, response.status);
      if (content || text !== '' || response.status >= 400) throw new Error(`${operation}: no body was described`);
      return undefined;
    }
    const media = this.answer(operation, response.status).content;
    // Bytes of any kind.
    if (media?.['*/*'] && response.status < 400) return text;
    this.mediaOf(operation, response.status, type);
    if (type === 'text/event-stream') return undefined;
    const body: unknown = type.endsWith('json') ? JSON.parse(text) : text;
    const status = response.status >= 400 ? 'default' : response.status;
    this.validate(body, 'paths', ...placeOf(operation), 'responses', `${status}`, 'content', type, 'schema');
    return body;
  }

  /** Throws where an event of this call's stream is not as it is described. */
  checkEvent(operation: string, event: object): void {
    const place = ['paths', ...placeOf(operation), 'responses', '200', 'content', 'text/event-stream', 'schema'];
    this.validate(JSON.parse(JSON.stringify(event)), ...place);
  }

  checkLive(name: string, data: unknown): void {
    this.validate(data, 'x-socket.io', 'events', name);
  }

  private answer(operation: string, status: number): Json {
    const [path, method] = placeOf(operation);
    const { responses } = this.document.paths[path][method];
    const answer = responses[status >= 400 ? 'default' : status];
    if (!answer) throw new Error(`${operation}: an answer with status ${status} is not described`);
    return answer;
  }

  private mediaOf(operation: string, status: number, type: string): Json {
    const media = this.answer(operation, status).content?.[type];
    if (!media?.schema) throw new Error(`${operation} ${status}: ${type} has no schema`);
    return media;
  }

  private validate(value: unknown, ...place: string[]): void {
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    let validate = this.validators.get(pointer);
    if (!validate) this.validators.set(pointer, (validate = this.ajv.compile({ $ref: `api#/${pointer}` })));
    if (validate(value)) return;
    const wrong = validate.errors!.map(({ instancePath, message, params }) => {
      return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
    });
    throw new Error(`${place.join(' ')}:\n${wrong.join('\n')}\n${JSON.stringify(value)}`);
  }
}

function placeOf(operation: string): [path: string, method: string] {
  const [method, path] = operation.split(' ');
  return [path, method.toLowerCase()];
}

function mediaOf(paths: Json): Json[] {
  const answers = Object.values<Json>(paths).flatMap((path) =>
    METHODS.flatMap((method) => Object.values<Json>(path[method]?.responses ?? {})),
  );
  return answers.flatMap(({ content }) => Object.values<Json>(content ?? {}));
}

/** A schema where a value stands: whatever it and its parts do not name is refused. */
function closed(schema: Json): Json {
  closeInside(schema);
  return { ...schema, unevaluatedProperties: false };
}

function closeInside(schema: Json): void {
  for (const part of [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) closeInside(part);
  for (const name of Object.keys(schema.properties ?? {})) schema.properties[name] = closed(schema.properties[name]);
  if (schema.items) schema.items = closed(schema.items);
  if (schema.prefixItems) schema.prefixItems = schema.prefixItems.map(closed);
  if (typeof schema.additionalProperties === 'object') {
    schema.additionalProperties = closed(schema.additionalProperties);
  }
}
