import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { unknownField } from './field-errors.js';
import { isApiRoute, routeOf } from './route.js';
import { validationFailed } from './validation.pipe.js';

/**
 * An unknown field is refused. Where a route reads a query or a body (`@Query`, `@Body` of route.ts), its schema does it;
 * one that does not knows no field at all.
 */
@Injectable()
export class StrayFieldsGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!isApiRoute(request)) return true;
    const { readsQuery, readsBody } = routeOf(request);
    const stray = [...(readsQuery ? [] : fieldsOf(request.query)), ...(readsBody ? [] : fieldsOf(request.body))];
    if (stray.length === 0) return true;
    throw validationFailed(stray.map(unknownField));
  }
}

/** The names of what was sent; `body` where it has none. */
function fieldsOf(sent: unknown): string[] {
  if (sent === undefined || sent === null) return [];
  return typeof sent === 'object' && !Array.isArray(sent) ? Object.keys(sent) : ['body'];
}
