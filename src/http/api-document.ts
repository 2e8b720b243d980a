import { STATUS_CODES } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { LIVE_EVENTS } from '../contract/live-events.js';
import { Problem } from '../contract/problem.js';
import { answersOf, bodiesOf, headersOf } from './described.js';
import { type Direction, jsonSchemaOf } from './json-schema.js';
import { isApiPath, saidOf } from './route.js';

type Path = OpenAPIObject['paths'][string];
type Operation = NonNullable<Path['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type ToSchema = (schema: z.ZodType, direction: Direction) => Schemas[string];

const ABOUT =
  'Self-hosted AI chat server. Errors are problem documents (RFC 9457); answers stream as server-sent events, of which ' +
  'the schema under `text/event-stream` describes each. What open pages hear over Socket.IO stands under `x-socket.io`.';

const ABOUT_PROGRAMS =
  'What programs call with a key, as OpenAI and Anthropic have it: their own documents describe bodies, answers and events ' +
  'whole, of which here stands what every call has.';

/** The document of what stands under /v1, for programs. */
export async function buildProgramsDocument(app: INestApplication, version: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Parley for programs')
    .setDescription(ABOUT_PROGRAMS)
    .setVersion(version)
    .addBearerAuth()
    .addApiKey({ type: 'apiKey', in: 'header', name: 'x-api-key' }, 'key')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('key')
    .build();
  const document = SwaggerModule.createDocument(app, about);
  const schemas: Schemas = {};
  const toSchema: ToSchema = (schema, direction) => {
    const converted = jsonSchemaOf(schema, direction);
    Object.assign(schemas, converted.components);
    return converted.schema as Schemas[string];
  };
  document.paths = pathsOf(document, true);
  const handlers = handlersOf(app);
  for (const { get, post } of Object.values(document.paths)) {
    for (const operation of [get, post]) {
      const handler = handlers.get(operation?.operationId ?? '');
      if (operation && handler) describe(operation, handler, toSchema);
    }
  }
  document.components = { ...document.components, schemas };
  return document;
}

/** Those for programs, or all others. */
function pathsOf({ paths }: OpenAPIObject, forPrograms: boolean): OpenAPIObject['paths'] {
  return Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith('/v1/') === forPrograms));
}

/** The API's document (OpenAPI 3.1): the routes as they are declared, with the schemas of `src/contract`. */
export async function buildDocument(app: INestApplication, version: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Parley')
    .setDescription(ABOUT)
    .setVersion(version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    standardSchemaConverter: (schema, { schemaType }) => jsonSchemaOf(schema as z.ZodType, schemaType),
  });
  document.paths = pathsOf(document, false);
  const schemas: Schemas = { ...document.components?.schemas };
  const toSchema: ToSchema = (schema, direction) => {
    const converted = jsonSchemaOf(schema, direction);
    Object.assign(schemas, converted.components);
    return converted.schema as Schemas[string];
  };
  describeRoutes(app, document, toSchema);
  const events = Object.entries(LIVE_EVENTS).map(([name, schema]) => [name, toSchema(schema, 'output')]);
  document.components = { ...document.components, schemas };
  return Object.assign(document, {
    'x-socket.io': {
      description: 'At /socket.io, by websocket alone, with `auth: { token }` in the handshake. Clients send nothing.',
      events: Object.fromEntries(events) as Schemas,
    },
  });
}

/** Adds what the routes' declarations don't tell Swagger. */
function describeRoutes(app: INestApplication, document: OpenAPIObject, toSchema: ToSchema): void {
  const refusal = {
    description: 'A refusal or a failure',
    content: { 'application/problem+json': { schema: toSchema(Problem, 'output') } },
  };
  const handlers = handlersOf(app);
  for (const [path, { get, post, put, patch, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, post, put, patch, remove]) {
      if (!operation) continue;
      const handler = handlers.get(operation.operationId ?? '');
      if (handler) describe(operation, handler, toSchema);
      // Who has no token yet calls it, or who watches the server.
      if (!isApiPath(path) || (handler && saidOf(handler).isPublic)) operation.security = [];
      operation.responses.default = refusal;
    }
  }
}

function describe(operation: Operation, handler: object, toSchema: ToSchema): void {
  const [own] = Object.keys(operation.responses);
  operation.responses[own] = { description: STATUS_CODES[own] ?? '' };
  for (const { status = own, type, description, schema } of answersOf(handler)) {
    const before = operation.responses[status] as { content?: object } | undefined;
    operation.responses[status] = {
      description: description || (STATUS_CODES[status] ?? ''),
      content: { ...before?.content, [type]: { schema: toSchema(schema, 'output') } },
    };
  }
  for (const { schema, type } of bodiesOf(handler)) {
    operation.requestBody = { required: true, content: { [type]: { schema: toSchema(schema, 'input') } } };
  }
  for (const { name, description } of headersOf(handler)) {
    operation.parameters?.push({ in: 'header', name, description, required: false, schema: { type: 'string' } });
  }
}

/** The methods of all controllers, by the names that Swagger gives their operations. */
function handlersOf(app: INestApplication): Map<string, object> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  const handlers = new Map<string, object>();
  for (const { metatype } of controllers) {
    const { name, prototype } = metatype as { name: string; prototype: Record<string, object> };
    for (const method of Object.getOwnPropertyNames(prototype)) handlers.set(`${name}_${method}`, prototype[method]);
  }
  return handlers;
}
