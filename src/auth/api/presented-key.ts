import type { IncomingHttpHeaders } from 'node:http';
import { claimsToBeSecret } from '../../../libs/api-keys/index.js';
import { bearerOf } from '../accounts/authenticator.service.js';

/** What a request brings as a key, from whichever header. `different`: two headers bring two things. */
export function presentedKey({
  authorization,
  'x-api-key': header,
}: IncomingHttpHeaders): { secret: string } | 'different' | undefined {
  const bearer = bearerOf(authorization);
  if (header === undefined) return bearer !== undefined && claimsToBeSecret(bearer) ? { secret: bearer } : undefined;
  const secret = String(header).trim();
  return bearer === undefined || bearer === secret ? { secret } : 'different';
}
