import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { z } from 'zod';
import { Body, Query, saidOf } from './route.js';
import { StrayFieldsGuard } from './stray-fields.guard.js';

function asked(handler: object, sent: { query?: object; body?: object }): boolean {
  const request = { routeOptions: { url: '/api/user', config: saidOf(handler) }, ...sent };
  const context = { getType: () => 'http', switchToHttp: () => ({ getRequest: () => request }) };
  return new StrayFieldsGuard().canActivate(context as unknown as ExecutionContext);
}

/** A handler that reads something of its own. */
function ownHandler(): object {
  const Own = createParamDecorator(() => undefined);
  class Routes {
    me(@Own() _own: unknown) {}
  }
  return Routes.prototype.me;
}

class Reading {
  list(@Query({ schema: z.strictObject({}) }) _query: unknown) {}
  make(@Body({ schema: z.strictObject({}) }) _body: unknown, @Query() _query: unknown) {}
}

describe('the guard of unknown fields', () => {
  // Nest names the parameter of a decorator of our own at random, and one name in fifty looks like that of a query or a body.
  it('does not take a decorator of our own for a query or a body, whatever name Nest gives it', () => {
    for (let i = 0; i < 300; i++) {
      const handler = ownHandler();
      expect(() => asked(handler, { query: { x: '1' } })).toThrow('not valid');
      expect(() => asked(handler, { body: { x: '1' } })).toThrow('not valid');
    }
  });

  it('leaves a query and a body to the schema of a route that reads one', () => {
    expect(asked(Reading.prototype.list, { query: { x: '1' } })).toBe(true);
    expect(() => asked(Reading.prototype.list, { body: { x: 1 } })).toThrow('not valid');
    expect(asked(Reading.prototype.make, { query: { x: '1' }, body: { x: 1 } })).toBe(true);
  });
});
