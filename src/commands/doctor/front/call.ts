import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Longest wait for the head of an answer. */
const HEAD_MS = 10_000;

/**
 * One call through the front, on a connection of its own. Resolves with its head, or with `silence` where none comes
 * within `waitMs`; rejects where the connection fails.
 */
export async function call(
  url: URL,
  options: RequestOptions & { body?: 'withheld' },
  waitMs = HEAD_MS,
): Promise<IncomingMessage | 'silence'> {
  const { body, ...more } = options;
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open(url, { agent: false, ...more });
    const timer = setTimeout(() => {
      resolve('silence');
      request.destroy();
    }, waitMs);
    const done = (response: IncomingMessage) => {
      clearTimeout(timer);
      resolve(response);
    };
    request.on('response', done);
    request.on('upgrade', (response, socket) => {
      done(response);
      socket.destroy();
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    if (body === 'withheld') request.flushHeaders();
    else request.end();
  });
}

/** The head alone is wanted. */
export function drop(response: IncomingMessage): void {
  response.on('error', () => {});
  response.destroy();
}

export async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}
