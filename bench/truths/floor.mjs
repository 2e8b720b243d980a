// Ground truth "floor": the least that a turn is. A bare Fastify handler checks the HS256 signature, stores question and
// empty answer (SQLite), asks the model over undici, parses each token and writes it on, stores the answer. No limits, no
// event log, no queue, no resume, no sessions.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import Fastify from 'fastify';
import Database from 'libsql';
import { Agent, request } from 'undici';

const { OPENAI_BASE_URL, JWT_SECRET, DATA_DIR } = process.env;
const dispatcher = new Agent({ pipelining: 1 });
const db = new Database(join(DATA_DIR, 'floor.sqlite'));
db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE messages (id TEXT PRIMARY KEY, user TEXT, role TEXT, text TEXT, status TEXT)`);
const insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?)');
const update = db.prepare('UPDATE messages SET text = ?, status = ? WHERE id = ?');

/** The claims of a good token; throws for any other. */
function claimsOf(authorization = '') {
  const [head, claims, signature] = authorization.slice(7).split('.');
  const wanted = createHmac('sha256', JWT_SECRET).update(`${head}.${claims}`).digest();
  if (!timingSafeEqual(wanted, Buffer.from(signature, 'base64url'))) throw new Error('bad token');
  const content = JSON.parse(Buffer.from(claims, 'base64url'));
  if (content.exp * 1000 < Date.now()) throw new Error('expired token');
  return content;
}

const frame = (seq, event, data) => `id: 1-${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const fastify = Fastify();
fastify.post('/api/ask/openAI', async ({ headers, body: { message, model } }, reply) => {
  const { sub } = claimsOf(headers.authorization);
  const id = randomUUID();
  insert.run([randomUUID(), sub, 'user', message, 'complete']);
  insert.run([id, sub, 'assistant', '', 'generating']);
  let seq = 0;
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  reply.raw.write(frame(seq++, 'created', { messageId: id }));
  const { body } = await request(`${OPENAI_BASE_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: message }] }),
    dispatcher,
  });
  let rest = '';
  let text = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      if (block === 'data: [DONE]') continue;
      const token = JSON.parse(block.slice(6)).choices[0]?.delta.content;
      if (!token) continue;
      text += token;
      reply.raw.write(frame(seq++, 'delta', { text: token }));
    }
  }
  update.run([text, 'complete', id]);
  reply.raw.end(frame(seq, 'final', { message: { id, text, status: 'complete' } }));
});
await fastify.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
process.send({ port: fastify.server.address().port });
process.on('disconnect', () => process.exit());
