import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config/config.js';
import { hostOf, parseHost } from './hosts.js';

/**
 * Whether a request may come from a page of ours, or of CORS_ORIGINS: for what a browser does without being asked, with
 * our cookies or over a WebSocket. Programs that are no browser send no `Origin`, and are let in.
 *
 * `Sec-Fetch-Site` counts where it is sent (over https, and from localhost): a page can't forge it, and it holds behind
 * a proxy that changes the `Host` too. Else the origin's host must be the one that was asked for.
 */
export function isOwnOrigin(
  headers: IncomingHttpHeaders,
  { CORS_ORIGINS, PUBLIC_URL }: Pick<Config, 'CORS_ORIGINS' | 'PUBLIC_URL'>,
): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return true;
  if (origin !== undefined && (CORS_ORIGINS.includes(origin) || origin === PUBLIC_URL)) return true;
  if (site !== undefined) return false;
  if (origin === undefined) return true;
  // A page that is not ours can send neither of these of its own choice.
  const forwarded = String(headers['x-forwarded-host'] ?? '')
    .split(',')[0]
    .trim();
  return [hostOf(headers), forwarded].some((host) => isSameHost(origin, host));
}

/** A proxy may have taken the port from `Host`: then the name decides. */
function isSameHost(origin: string, host: string | undefined): boolean {
  const asked = parseHost(host);
  if (asked.name === '' || !URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  const own = parseHost(from);
  const port = own.port || (protocol === 'https:' ? '443' : '80');
  return own.name === asked.name && (asked.port === '' || asked.port === port);
}
