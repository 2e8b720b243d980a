import { randomBytes } from 'node:crypto';
import type { Config } from '../../../config/config.js';
import { askBodyLimit } from '../../../http/body.js';
import { type Finding, ok, problem, warning } from '../findings/finding.js';
import { call, drop, textOf } from './call.js';

/** A proxy that takes a body waits for it, in silence. */
const SILENCE_MS = 2000;

/** Whether WebSocket gets through: live updates of other tabs and devices. */
export async function socketFinding(url: URL): Promise<Finding> {
  const check = 'front.websocket';
  const response = await call(new URL('/socket.io/?EIO=4&transport=websocket', url), {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
  });
  const status = response === 'silence' ? 'nothing' : response.statusCode;
  if (response !== 'silence') drop(response);
  if (status === 101) return ok(check, 'WebSocket gets through');
  const remedy = 'nginx: proxy_http_version 1.1, and pass Upgrade and Connection on for /socket.io/.';
  return problem(check, `WebSocket does not get through (${status}): there are no live updates`, remedy);
}

/** Whether a question as long as Parley takes gets to it. Only the head is sent: it says how much would follow. */
export async function bodyFinding(url: URL, config: Config): Promise<Finding> {
  const check = 'front.body';
  const longest = askBodyLimit(config);
  const size = `${Math.round(longest / 1024)} kB (MESSAGE_MAX_CHARS, REQUEST_BODY_LIMIT)`;
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': longest },
    body: 'withheld' as const,
  };
  const response = await call(new URL('/api/ask/self-test', url), options, SILENCE_MS);
  if (response === 'silence') return ok(check, `Questions up to ${size} get through`);
  const isParley = response.headers['content-type']?.startsWith('application/problem+json');
  if (response.statusCode !== 413) {
    // Parley itself, which lets nobody in without a session.
    if (response.statusCode === 401 && isParley) {
      drop(response);
      return ok(check, `Questions up to ${size} get through`);
    }
    const says = `A question is answered ${response.statusCode}: ${(await textOf(response)).slice(0, 80).replace(/\s+/g, ' ')}`;
    return warning(check, says, 'Pass POST /api/ask on to Parley.');
  }
  drop(response);
  const remedy = `nginx: client_max_body_size of at least ${size}, so that Parley itself says what is too long.`;
  return problem(check, `The front refuses questions below ${size}`, remedy);
}
