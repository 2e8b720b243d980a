import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { buildDocument, buildProgramsDocument } from './api-document.js';
import { refusalByStatus } from './problem.js';
import { DOCS_HEADERS } from './security-headers.js';

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

async function sendFile(name: string, reply: FastifyReply): Promise<FastifyReply> {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (!type) throw refusalByStatus(404);
  const { default: folder } = await import('swagger-ui-dist/absolute-path.js');
  const content = await readFile(join(folder(), name));
  return reply.type(type).header('cache-control', 'public, max-age=3600').send(content);
}

/**
 * The OpenAPI page at `/docs`, the document at `/docs/json`, that of what programs call at `/v1/docs/json`. Swagger is loaded and the document built at the first
 * request, because both would cost every start. To be called before the app is initialized.
 */
export function serveDocs(app: INestApplication, fastify: FastifyInstance, version: string): void {
  const document = once(() => buildDocument(app, version));
  const forPrograms = once(() => buildProgramsDocument(app, version));
  const options = { config: { securityHeaders: DOCS_HEADERS } };

  fastify.get('/docs', options, (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  fastify.get('/docs/', options, (_request, reply) => reply.redirect('/docs', 301));
  fastify.get('/docs/init.js', options, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(INIT));
  fastify.get('/docs/json', options, document);
  fastify.get('/v1/docs/json', options, forPrograms);
  fastify.get<{ Params: { file: string } }>('/docs/:file', options, (request, reply) =>
    sendFile(request.params.file, reply),
  );
}

/** Made at the first call; again where that failed. */
function once(make: () => Promise<OpenAPIObject>): () => Promise<OpenAPIObject> {
  let made: Promise<OpenAPIObject> | undefined;
  return () => {
    made ??= make();
    return made.catch((error: unknown) => {
      made = undefined;
      throw error;
    });
  };
}
