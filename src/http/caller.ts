import { isIPv6 } from 'node:net';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import './request-auth.js';

/** Who has one IPv6 address has the whole /64 around it. */
const IPV6_PREFIX = 64;

/** By what an address is counted. */
export function addressKey(address: string): string {
  return isIPv6(address) ? normalizeIp(address, IPV6_PREFIX) : address;
}

/** Who calls: the user, else the address. */
export function callerOf(request: FastifyRequest): string {
  return request.auth?.userId ?? addressKey(request.ip);
}
