import { type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { StrayFieldsGuard } from './stray-fields.guard.js';

class Routes {
  me() {}
}

function asked(declared: object, query: object): boolean {
  Reflect.defineMetadata(ROUTE_ARGS_METADATA, declared, Routes, 'me');
  const context: Partial<ExecutionContext> = {
    getType: () => 'http' as any,
    getClass: () => Routes as any,
    getHandler: () => Routes.prototype.me,
    switchToHttp: () => ({ getRequest: () => ({ routeOptions: { url: '/api/user' }, query }) }) as any,
  };
  return new StrayFieldsGuard().canActivate(context as ExecutionContext);
}

describe('the guard of unknown fields', () => {
  // Nest names the parameter of a decorator of our own at random: one process in fifty let unknown fields through.
  it.each(['4', '4f', '4_'])('does not take a random name that begins with %s for a query or a body', (start) => {
    expect(() => asked({ [`${start}xQ__customRouteArgs__:0`]: {} }, { x: '1' })).toThrow('not valid');
  });

  it('leaves a query to the schema of a route that reads one', () => {
    expect(asked({ '4:0': {} }, { x: '1' })).toBe(true);
  });
});
