// Ground truth "json": a bare Fastify that answers the calls of `api` with the JSON that Parley answered, and a log-in
// with the same check of the same password hash. No store, no session, no limits.
import { hash, verify } from '@node-rs/argon2';
import Fastify from 'fastify';

/** `{ path: answer }`, paths as routes. */
const { answers, user, password } = JSON.parse(process.env.ANSWERS);
const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });

const fastify = Fastify();
for (const [path, answer] of Object.entries(answers)) fastify.get(path, async () => answer);
fastify.patch('/api/convos/:id', async ({ body }) => {
  const { conversation } = answers['/api/convos/:id'];
  return { conversation: { ...conversation, title: body.title } };
});
fastify.post('/api/auth/login', async ({ body }, reply) => {
  if (!(await verify(passwordHash, body.password))) return reply.code(401).send({});
  return { token: 'none', expiresAt: new Date(), user: { ...user, email: body.email } };
});
await fastify.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
process.send({ port: fastify.server.address().port });
process.on('disconnect', () => process.exit());
