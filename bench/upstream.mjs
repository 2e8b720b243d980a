// An OpenAI-compatible server that sends DELTAS deltas of DELTA_CHARS characters, PACE_MS apart. One timer serves all
// streams that began in the same millisecond or so, so that it takes as little of the shared cores as it can.
import { createServer } from 'node:http';

const DELTAS = Number(process.env.DELTAS ?? 40);
const PACE_MS = Number(process.env.PACE_MS ?? 15);
const TEXT = 'lorem '.padEnd(Number(process.env.DELTA_CHARS ?? 0), 'ipsum ');
const SLOTS = 5;

const chunk = (delta, more = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [{ index: 0, delta }], ...more })}\n\n`;
const DELTA = chunk({ content: TEXT });
const END = `${chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: DELTAS } })}data: [DONE]\n\n`;

const slots = Array.from({ length: SLOTS }, () => new Set());
let slot = 0;
setInterval(() => {
  slot = (slot + 1) % SLOTS;
  for (const stream of slots[slot]) {
    if (stream.left-- > 0) stream.response.write(DELTA);
    else {
      slots[slot].delete(stream);
      stream.response.end(END);
    }
  }
}, PACE_MS / SLOTS);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const stream = { response, left: DELTAS };
    const mine = slots[slot];
    mine.add(stream);
    response.on('close', () => mine.delete(stream));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
