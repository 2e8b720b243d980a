import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isApiRoute, routeOf } from '../../http/route.js';
import { unauthenticated } from './unauthenticated.js';

/** Every route under /api needs a session unless it is `@Public()`. 401 `unauthenticated`. */
@Injectable()
export class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.auth || !isApiRoute(request) || routeOf(request).isPublic) return true;
    throw unauthenticated(http.getResponse<FastifyReply>());
  }
}
