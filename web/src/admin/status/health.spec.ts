import { healthOf, servicesOf, versionsOf } from './health.js';
import { instanceOf, statusOf } from './status.testing.js';

const redis = (up: boolean, latencyMs = 1) => ({ dependencies: [{ name: 'redis', up, latencyMs }] });
const silent = (draining: boolean) => [{ ...instanceOf({ instance: 's' }), draining }];

it('puts together how all instances see a service', () => {
  const status = statusOf([redis(true, 2), redis(false, 500), redis(true, 1)]);
  expect(servicesOf(status)).toEqual([{ name: 'redis', down: 1, of: 3, latencyMs: 500 }]);
  expect(servicesOf(statusOf([{}]))).toEqual([]);
});

it('says first what is worst', () => {
  expect(healthOf(statusOf([redis(true)]))).toEqual({ state: 'fine' });
  expect(healthOf(statusOf([{ draining: true }, {}]))).toEqual({ state: 'draining' });
  expect(healthOf(statusOf([{ draining: true }], { silent: silent(false) }))).toEqual({ state: 'silent', count: 1 });
  expect(healthOf(statusOf([{}], { queue: null, silent: silent(false) }))).toEqual({ state: 'queue-down' });
  expect(healthOf(statusOf([redis(false)], { queue: null }))).toEqual({ state: 'down', services: ['redis'] });
});

it('does not hold its silence against a worker that is leaving', () => {
  expect(healthOf(statusOf([{}], { silent: silent(true) }))).toEqual({ state: 'draining' });
});

it('names each version once', () => {
  expect(versionsOf(statusOf([{ version: '1' }, { version: '2' }, { version: '1' }]))).toEqual(['1', '2']);
});
