import { Body as NestBody, Query as NestQuery, type StandardSchemaValidationPipe } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import type { KeyScope } from '../contract/keys.js';
import { askBodyLimit } from './body.js';

declare module 'fastify' {
  /** What a route says of itself where it stands. */
  interface FastifyContextConfig {
    /** It needs no session, though it is one of the API. */
    isPublic?: boolean;
    /** What a key has to be for, to be used here; `none`: keys are not taken. Left out: `api`. */
    keyScope?: KeyScope | 'none';
    /** It takes keys, and nothing else. */
    keysOnly?: boolean;
    /** It answers with an event stream, which lasts as long as the answer is written. */
    stream?: boolean;
    /** Its body may be as long as the longest message; nobody without a session may send one. */
    largeBody?: boolean;
    /** Its body is a program's, as long as REQUEST_BODY_LIMIT says, and holds many values. */
    programBody?: boolean;
    /** Its body is a form with files, which it reads while they come, however long they are. */
    upload?: true;
    /** It answers with bytes as they are kept: never compressed, and cut where a range is asked for. */
    rawBytes?: true;
    /** Machines ask it every few seconds, by an instance's own address. */
    probe?: boolean;
    /** It is served under any name that points here. Nobody's data is there. */
    anyHost?: boolean;
    /** Headers in the place of those that every answer bears. */
    securityHeaders?: Record<string, string>;
    /** What it reads. A field of what it does not read is an unknown one. */
    readsBody?: boolean;
    readsQuery?: boolean;
  }
}

/** What stands under it is for programs, in the forms of others. */
const PROGRAMS = '/v1/';

/** Whether this is a call of a program, also where no route was found. */
export function isOfPrograms(request: FastifyRequest): boolean {
  return request.routeOptions?.url?.startsWith(PROGRAMS) || /^\/v1([/?]|$)/.test(request.url);
}

/** What stands under it is the API: closed where it does not say otherwise, counted, and kept in no cache. */
const API = '/api/';

/** Whether the route that was found is one of the API. Not by the raw address: `/%61pi` finds the same route. */
export function isApiRoute(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith(API) ?? false;
}

export function isApiPath(path: string): boolean {
  return path.startsWith(API);
}

/** Also where no route was found. */
export function isUnderApi(request: FastifyRequest): boolean {
  return request.url.startsWith(API) || isApiRoute(request);
}

/** What the route that was found says of itself. */
export function routeOf(request: FastifyRequest): FastifyContextConfig {
  return request.routeOptions.config;
}

/** Says something of a route; on a controller, of all its routes. Nest hands it to Fastify, as the route's `config`. */
export function routeIs(what: FastifyContextConfig) {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const handlers = descriptor ? [descriptor.value as object] : handlersOf(target as { prototype: object });
    for (const handler of handlers) note(handler, what);
  };
}

/** A route under /api that needs no session. */
export const Public = () => routeIs({ isPublic: true });
/** A route, or a controller, for people who are logged in: who they are, and what they let programs do. No key may. */
export const PeopleOnly = () => routeIs({ keyScope: 'none' });
/** One for programs, which call it with a key that is for this. Also where it is not under /api. */
export const ForPrograms = (scope: KeyScope) => routeIs({ keyScope: scope, keysOnly: true });
export const ProgramBody = () => routeIs({ programBody: true });
export const Stream = () => routeIs({ stream: true });
export const LargeBody = () => routeIs({ largeBody: true });
/** See `upload-body.ts` for how it is read. */
export const Upload = () => routeIs({ upload: true, readsBody: true });
export const RawBytes = (securityHeaders: Record<string, string>) => routeIs({ rawBytes: true, securityHeaders });
export const Probe = () => routeIs({ probe: true, anyHost: true });

type Schema = Parameters<StandardSchemaValidationPipe['validate']>[1];

/** Nest's `@Body`, noted on the route: without it every field of a body is an unknown one. */
export function Body(options: { schema?: Schema } = {}): ParameterDecorator {
  return reads(NestBody(options), { readsBody: true });
}

/** Nest's `@Query`, noted on the route: without it every field of a query is an unknown one. */
export function Query(options: { schema?: Schema } = {}): ParameterDecorator {
  return reads(NestQuery(options), { readsQuery: true });
}

function reads(decorate: ParameterDecorator, what: FastifyContextConfig): ParameterDecorator {
  return (target, key, index) => {
    decorate(target, key, index);
    note((target as Record<string | symbol, object>)[key!], what);
  };
}

const { KEY } = RouteConfig({});

/** What was said of a handler. */
export function saidOf(handler: object): FastifyContextConfig {
  return (Reflect.getMetadata(KEY, handler) as FastifyContextConfig | undefined) ?? ({} as FastifyContextConfig);
}

function note(handler: object, what: FastifyContextConfig): void {
  RouteConfig({ ...saidOf(handler), ...what })(handler as () => void);
}

function handlersOf({ prototype }: { prototype: object }): object[] {
  const values = Object.values(Object.getOwnPropertyDescriptors(prototype)).map(({ value }) => value as unknown);
  return values.filter((value): value is object => typeof value === 'function' && value !== prototype.constructor);
}

/** To be called before any route is added. */
export function obeyRoutes(fastify: FastifyInstance, config: Config): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.largeBody) route.bodyLimit = askBodyLimit(config);
    if (route.config?.programBody) route.bodyLimit = config.REQUEST_BODY_LIMIT;
    if (route.config?.rawBytes) route.compress = false;
    if (!route.config?.stream) return;
    // It hijacks the reply, so neither compression nor HEAD has a place there.
    route.compress = false;
    // Fastify would run the stream's handler for a HEAD too.
    if (route.method === 'HEAD') route.handler = (_request, reply) => reply.callNotFound();
  });
}
