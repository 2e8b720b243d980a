// What the work costs without a product around it: Fastify takes a question, undici asks the model, each delta is parsed
// and written as an event. No accounts, no store, no log, no resume.
import Fastify from 'fastify';
import { Agent, request } from 'undici';

const upstream = process.env.OPENAI_BASE_URL;
const dispatcher = new Agent({ connections: 4096, pipelining: 1 });
const fastify = Fastify();
fastify.post('/api/ask/openAI', async (req, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
  const body = JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: req.body.message }] });
  const headers = { 'content-type': 'application/json' };
  const answer = await request(`${upstream}/chat/completions`, { method: 'POST', headers, body, dispatcher });
  let rest = '';
  for await (const chunk of answer.body.setEncoding('utf8')) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      if (block === 'data: [DONE]') continue;
      const text = JSON.parse(block.slice(6)).choices[0].delta.content;
      if (text) reply.raw.write(`event: delta\ndata: ${JSON.stringify({ text })}\n\n`);
    }
  }
  reply.raw.end('event: final\ndata: {}\n\n');
});
await fastify.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: fastify.server.address().port });
process.on('disconnect', () => process.exit());
