import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { PROBLEM_RESPONSE, PROBLEM_SCHEMAS } from './problem-schema.js';
import { refusalByStatus } from './problem.js';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/init.js"></script>
</body>
</html>
`;

const INIT = `window.ui = SwaggerUIBundle({ url: '/docs/json', dom_id: '#swagger-ui', deepLinking: true });\n`;

/** The only files that are given out, with their types. */
const FILES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

type Operation = OpenAPIObject['paths'][string]['get'];

async function buildDocument(app: INestApplication, version: string): Promise<OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const about = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(
      'Self-hosted AI chat server. Errors are problem documents (RFC 9457); answers stream as server-sent events.',
    )
    .setVersion(version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  return complete(SwaggerModule.createDocument(app, about));
}

/** Who has no token yet calls these, and who watches the server. */
const OPEN = /^\/(?!api\/)|^\/api\/auth\/(register|login|refresh|logout)$/;

/** Adds what the routes' declarations don't tell. */
function complete(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, post, patch, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, post, patch, remove]) {
      if (!operation) continue;
      if (OPEN.test(path)) operation.security = [];
      operation.responses.default = PROBLEM_RESPONSE;
    }
  }
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...PROBLEM_SCHEMAS } };
  const header = (operation: Operation, name: string, description: string) =>
    operation?.parameters?.push({ in: 'header', name, description, required: false, schema: { type: 'string' } });
  const asked = 'A repeat under the same key asks no model again, but reads the first answer.';
  header(document.paths['/api/ask/{endpoint}']?.post, 'Idempotency-Key', asked);
  const read = '<epoch>-<seq> of the last event that was read: those after it follow.';
  header(document.paths['/api/streams/{messageId}']?.get, 'Last-Event-ID', read);
  return document;
}

async function sendFile(name: string, reply: FastifyReply): Promise<FastifyReply> {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (!type) throw refusalByStatus(404);
  const { default: folder } = await import('swagger-ui-dist/absolute-path.js');
  const content = await readFile(join(folder(), name));
  return reply.type(type).header('cache-control', 'public, max-age=3600').send(content);
}

/**
 * The OpenAPI page at `/docs`, the document at `/docs/json`. Swagger is loaded and the document built at the first
 * request, because both would cost every start. To be called before the app is initialized.
 */
export function serveDocs(app: INestApplication, fastify: FastifyInstance, version: string): void {
  let document: Promise<OpenAPIObject> | undefined;

  fastify.get('/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  fastify.get('/docs/', (_request, reply) => reply.redirect('/docs', 301));
  fastify.get('/docs/init.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(INIT));
  fastify.get('/docs/json', async () => {
    document ??= buildDocument(app, version);
    return document.catch((error: unknown) => {
      document = undefined;
      throw error;
    });
  });
  fastify.get<{ Params: { file: string } }>('/docs/:file', (request, reply) => sendFile(request.params.file, reply));
}
