import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { UserStore, type Role } from '../users/user-store.js';

const ROLES = 'auth:roles';

/** Who may use a route or a controller. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES, roles);

/** Reads the role with each request: whoever was an admin a moment ago is none now. 403 `forbidden`. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly users: UserStore,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!roles) return true;
    const { auth } = context.switchToHttp().getRequest<FastifyRequest>();
    const user = auth ? await this.users.findById(auth.userId) : null;
    if (user && !user.disabled && !user.deleting && roles.includes(user.role)) return true;
    throw new AppError('forbidden', 403, 'You may not do this.', { params: { reason: 'admins_only' } });
  }
}
