import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { unknownField } from './field-errors.js';
import { validationFailed } from './validation.pipe.js';

/** What a route reads of a request. */
interface Reads {
  query: boolean;
  body: boolean;
}

/**
 * An unknown field is refused. Where a route declares a schema, that does it; one that reads no query or no body knows no
 * field at all.
 */
@Injectable()
export class StrayFieldsGuard implements CanActivate {
  private readonly known = new WeakMap<object, Reads>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.routeOptions.url?.startsWith('/api/')) return true;
    const reads = this.readsOf(context);
    const stray = [...(reads.query ? [] : fieldsOf(request.query)), ...(reads.body ? [] : fieldsOf(request.body))];
    if (stray.length === 0) return true;
    throw validationFailed(stray.map(unknownField));
  }

  private readsOf(context: ExecutionContext): Reads {
    const handler = context.getHandler();
    let reads = this.known.get(handler);
    if (!reads) {
      const declared = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ?? {};
      const types = Object.keys(declared as object).map(typeOf);
      reads = { query: types.includes(RouteParamtypes.QUERY), body: types.includes(RouteParamtypes.BODY) };
      this.known.set(handler, reads);
    }
    return reads;
  }
}

/** `4:0` is a query. A decorator of our own is `<random letters and digits>__customRouteArgs__:0`, which may begin with a 4. */
function typeOf(key: string): number {
  return /^\d+:/.test(key) ? parseInt(key) : NaN;
}

/** The names of what was sent; `body` where it has none. */
function fieldsOf(sent: unknown): string[] {
  if (sent === undefined || sent === null) return [];
  return typeof sent === 'object' && !Array.isArray(sent) ? Object.keys(sent) : ['body'];
}
