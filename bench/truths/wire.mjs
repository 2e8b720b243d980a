// Ground truth "wire": a bare node:http server that only writes the bytes of an event stream. No framework, no model, no
// store: what writing tokens to sockets costs by itself.
import { createServer } from 'node:http';
import { pacerOf } from '../pacer.mjs';
import { shapeOf, textOf, tokensOf } from '../text.mjs';

const frame = (seq, event, data) => `id: 1-${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function answer(response, { message, model }) {
  const { count, paceMs } = shapeOf(model);
  const id = String(Math.random());
  const tokens = tokensOf(message, count);
  let seq = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(frame(seq++, 'created', { messageId: id }));
  const next = () => {
    if (response.destroyed) return false;
    const { value, done } = tokens.next();
    if (!done) return response.write(frame(seq++, 'delta', { text: value })) || true;
    response.end(frame(seq, 'final', { message: { id, text: textOf(message, count), status: 'complete' } }));
    return false;
  };
  pacerOf(paceMs).add({ next });
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => answer(response, JSON.parse(body)));
});
server.keepAliveTimeout = 72_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
