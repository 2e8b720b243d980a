import type { IncomingMessage } from 'node:http';
import { fastify } from 'fastify';
import { clientAddress, trustProxy } from './trust-proxy.js';

describe('TRUST_PROXY', () => {
  it.each([
    [undefined, '10.0.0.1', '6.6.6.6, 192.0.2.7', '10.0.0.1'],
    ['0', '10.0.0.1', '192.0.2.7', '10.0.0.1'],
    ['1', '10.0.0.1', '6.6.6.6, 192.0.2.7', '192.0.2.7'],
    ['2', '10.0.0.1', '6.6.6.6, 192.0.2.7', '6.6.6.6'],
    ['5', '10.0.0.1', '6.6.6.6, 192.0.2.7', '6.6.6.6'],
    ['1', '10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1', '6.6.6.6, 192.0.2.7', '192.0.2.7'],
    ['10.0.0.2', '10.0.0.1', '192.0.2.7', '10.0.0.1'],
    ['10.0.0.0/8, 192.0.2.7', '10.0.0.1', '6.6.6.6, 192.0.2.7', '6.6.6.6'],
    ['uniquelocal', '::ffff:172.20.1.1', '192.0.2.7', '192.0.2.7'],
    ['loopback', '::1', '192.0.2.7', '192.0.2.7'],
    ['loopback', '127.0.0.1', '6.6.6.6, nonsense', 'nonsense'],
    ['0.0.0.0/0', '10.0.0.1', '6.6.6.6, 192.0.2.7', '6.6.6.6'],
    ['0.0.0.0/0', 'fd12::1', '6.6.6.6, 192.0.2.7', 'fd12::1'],
    ['::/0', '10.0.0.1', '6.6.6.6, 2001:db8::5', '6.6.6.6'],
    ['10.0.0.1', '::ffff:10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['fd00::/8', 'fd12::1', '2001:db8::5', '2001:db8::5'],
  ])('%s, from %s for "%s": %s', async (value, remote, forwarded, expected) => {
    const trust = trustProxy(value);
    const headers = forwarded ? { 'x-forwarded-for': forwarded } : {};
    const request = { headers, socket: { remoteAddress: remote } } as unknown as IncomingMessage;
    expect(clientAddress(request, trust)).toBe(expected);

    const app = fastify({ trustProxy: trust });
    app.get('/', (incoming) => ({ ip: incoming.ip }));
    expect((await app.inject({ url: '/', headers, remoteAddress: remote })).json()).toEqual({ ip: expected });
    await app.close();
  });

  it.each(['true', 'proxy.example', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/99', '10.0.0.1,,x'])(
    'refuses %s',
    (value) => {
      expect(() => trustProxy(value)).toThrow();
    },
  );
});
