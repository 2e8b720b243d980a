import { TestApp } from '../support/app.js';
import type { Person } from '../support/person.js';

/** API.md: an unknown field in a body or query is a `validation_failed`, also where a route knows none at all. */
describe('a field that a route does not know', () => {
  let app: TestApp;
  let ada: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    ada = await app.person();
  });
  afterAll(() => app?.stop());

  it.each([
    ['GET', '/api/user?x=1'],
    ['GET', '/api/endpoints?x=1'],
    ['GET', '/api/streams?x=1'],
    ['GET', '/api/admin/status?x=1'],
    ['GET', '/api/convos?constructor=1', 'constructor'],
    ['GET', '/api/convos?__proto__=1', '__proto__'],
    ['POST', '/api/auth/refresh', 'x', { x: 1 }],
    ['POST', '/api/auth/refresh', 'body', ['x']],
    ['POST', '/api/auth/logout?x=1'],
    ['POST', '/api/streams/none/stop', 'x', { x: 1 }],
    ['DELETE', '/api/convos/none?x=1'],
  ])('%s %s is refused', async (method, path, field = 'x', body?: object) => {
    const response = await ada.call(method, path, body, { cookie: ada.cookie });
    const { code, errors } = (await response.json()) as any;
    expect([response.status, code, errors]).toEqual([
      400,
      'validation_failed',
      [{ path: field, message: 'is not a known field', code: 'unknown_field' }],
    ]);
  });

  it('is none of a stranger’s business, an empty body is none, and a probe may send what it likes', async () => {
    expect((await fetch(`${app.url}/api/user?x=1`)).status).toBe(401);
    expect((await ada.call('POST', '/api/auth/logout', {})).status).toBe(204);
    expect((await fetch(`${app.url}/health/live?x=1`)).status).toBe(200);
  });
});
