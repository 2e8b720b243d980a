import type { Duplex } from 'node:stream';
import type { AppError } from '../../libs/errors/index.js';
import { newId } from '../../libs/ids/index.js';
import { refusalByStatus, toProblem } from './problem.js';

const MALFORMED: Record<string, [status: number, line: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

/** What is not HTTP never reaches a route: Node hands over the bare socket. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, phrase] = MALFORMED[error.code ?? ''] ?? [400, 'Bad Request'];
  refuseOnSocket(socket, refusalByStatus(status), phrase);
}

/** A problem document where there is no reply yet, only the bare socket; then the connection ends. */
export function refuseOnSocket(socket: Duplex, error: AppError, phrase: string): void {
  const id = newId();
  const { status, body } = toProblem(error, id);
  const text = JSON.stringify(body);
  const headers = [
    `HTTP/1.1 ${status} ${phrase}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${id}`,
    'Connection: close',
  ];
  socket.end(`${headers.join('\r\n')}\r\n\r\n${text}`);
}
