import { isIPv6 } from 'node:net';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDirect } from '../../http/hosts.js';
import type { HeaderSink } from '../../rate-limit/rate-limits.service.js';

const USER_AGENT_LENGTH = 300;

/** Who asks, as far as a connection tells; `reply` takes the limits' headers. */
export interface Client {
  address: string;
  userAgent: string;
  /** It seems to come straight from this machine, see `isDirect`. */
  direct: boolean;
  reply?: HeaderSink;
}

export function clientOf(request: FastifyRequest, reply: FastifyReply): Client {
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH);
  return { address: request.ip, userAgent, direct: isDirect(request), reply };
}

/** Who has one IPv6 address has the whole /64 around it. */
export function network(address: string): string {
  return isIPv6(address) ? normalizeIp(address, 64) : address;
}
