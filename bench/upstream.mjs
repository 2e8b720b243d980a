// The model: an OpenAI-compatible server on bare sockets, so that it takes as little of the shared cores as it can. What
// it says depends on the question (text.mjs), how fast on the model's name. The first token comes at once: what a
// client waits for it beyond that was added by the server in between.
import { createServer } from 'node:net';
import { pacerOf } from './pacer.mjs';
import { shapeOf, tokensOf } from './text.mjs';

const HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nkeep-alive: timeout=60\r\n\r\n';

const framed = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const chunk = (more) => framed(`data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', ...more })}\n\n`);
const [BEFORE, AFTER] = `data: ${JSON.stringify({
  id: 'c1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: '@' } }],
})}\n\n`.split('@');

/** How often it was asked each question since somebody wanted to know. */
const asked = new Map();

function answer(socket, { model, messages }) {
  const { count, paceMs } = shapeOf(model);
  const question = messages.at(-1).content;
  asked.set(question, (asked.get(question) ?? 0) + 1);
  const tokens = tokensOf(question, count);
  let head = HEAD;
  const next = () => {
    if (socket.destroyed) return false;
    const { value, done } = tokens.next();
    if (done) {
      const end = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      const usage = chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: count } });
      socket.write(`${head}${end}${usage}${framed('data: [DONE]\n\n')}0\r\n\r\n`, 'latin1');
      return false;
    }
    socket.write(head + framed(BEFORE + value + AFTER), 'latin1');
    head = '';
    return true;
  };
  pacerOf(paceMs).add({ next });
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    rest += data;
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/^content-length: *(\d+)/im.exec(rest.slice(0, end))?.[1] ?? 0);
    if (rest.length < end + 4 + length) return;
    const body = Buffer.from(rest.slice(end + 4, end + 4 + length), 'latin1').toString();
    rest = rest.slice(end + 4 + length);
    answer(socket, JSON.parse(body));
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => process.send({ port: server.address().port }));
process.on('message', () => {
  process.send({ questions: asked.size, repeated: [...asked.values()].filter((times) => times > 1).length });
  asked.clear();
});
process.on('disconnect', () => process.exit());
