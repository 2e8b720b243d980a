import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpException,
  Module,
  NotFoundException,
  Param,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { Body, LargeBody, Query, Stream } from './route.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, dependencyDown } from '../../libs/errors/index.js';
import { askBodyLimit } from './body.js';
import { startServer, type TestServer } from './http.testing.js';

const body = z.strictObject({ message: z.string(), nested: z.strictObject({ n: z.number() }).optional() });

@Controller('api')
class TestController {
  @Post('things')
  make(@Body({ schema: body }) thing: unknown) {
    return thing;
  }

  @Get('things')
  list(@Query({ schema: z.strictObject({ limit: z.coerce.number().optional() }) }) query: unknown) {
    return query;
  }

  @Get('things/:id')
  get(@Param('id') id: string) {
    return { id };
  }

  @Delete('things')
  @HttpCode(204)
  remove() {}

  @Post('ask/:endpoint')
  @Stream()
  @LargeBody()
  ask(@Body() question: { message: string }) {
    return { length: question.message.length };
  }

  @Get('streams/:messageId')
  @Stream()
  stream(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    reply.hijack();
    reply.raw.writeHead(200, { ...(reply.getHeaders() as object), 'content-type': 'text/event-stream' });
    reply.raw.write(`data: ${'x'.repeat(5000)}\n\n`);
    if (request.headers['x-fail']) throw new Error('after the hijack');
    if (request.headers['x-end']) reply.raw.end();
  }

  @Get('fail/:how')
  fail(@Param('how') how: string) {
    if (how === 'app') {
      throw new AppError('too_many_concurrent', 429, 'Wait a little.', {
        retryAfterSeconds: 3.2,
        params: { of: 'answers', maximum: 3 },
        members: { messageId: 'm1', code: 'never' },
        cause: new Error('a driver text'),
      });
    }
    if (how === 'down') throw dependencyDown('message store', new Error('mongodb://user:secret@host'));
    if (how === 'nest') throw new NotFoundException('a class name');
    if (how === 'teapot') throw new HttpException('short and stout', 418);
    if (how === 'status') throw Object.assign(new Error('upstream said no'), { statusCode: 429, status: 429 });
    if (how === 'string') throw 'a bare string';
    throw new Error('secret-dsn at line 1');
  }

  @Get('big')
  big() {
    return { text: 'abc'.repeat(2000) };
  }

  @Get('huge')
  huge() {
    return { text: 'x'.repeat(9 * 1024 * 1024) };
  }

  @Get('small')
  small() {
    return { text: 'abc' };
  }

  @Get('ip')
  ip(@Req() request: FastifyRequest) {
    return { ip: request.ip };
  }

  @Get('wait')
  async wait() {
    await sleep(150);
    return {};
  }
}

@Module({ controllers: [TestController] })
class TestModule {}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: any;
}

function call(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest(url, { method: options.method ?? 'GET', headers: options.headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        resolve({ status: response.statusCode!, headers: response.headers, text, json });
      });
    });
    request.on('error', reject);
    request.end(options.body);
  });
}

const json = { 'content-type': 'application/json' };

describe('the HTTP side', () => {
  let server: TestServer;
  const lines: any[] = [];
  const at = (path: string) => `${server.url}${path}`;
  const post = (path: string, text: string | Buffer, headers: Record<string, string> = json) =>
    call(at(path), { method: 'POST', headers, body: text });

  beforeAll(async () => {
    server = await startServer(
      TestModule,
      {
        LOG_LEVEL: 'info',
        CORS_ORIGINS: 'https://chat.example',
        TRUST_PROXY: '127.0.0.1',
        REQUEST_BODY_LIMIT: '200kb',
      },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
  });
  afterAll(() => server.app.close());
  beforeEach(() => {
    lines.length = 0;
  });

  async function lineOf(id: unknown): Promise<any> {
    for (;;) {
      const line = lines.find(({ reqId }) => reqId === id);
      if (line) return line;
      await sleep(5);
    }
  }

  function expectProblem(answer: Answer, status: number, code: string) {
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ status, code, type: `urn:parley:error:${code}` });
    expect(answer.status).toBe(status);
    expect(answer.json.title).toMatch(/^[A-Z][a-z ]+$/);
    expect(answer.json.detail).toEqual(expect.any(String));
    expect(answer.json.instance).toBe(answer.headers['x-request-id']);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  }

  describe('problems', () => {
    const notJson = { code: 'bad_format', params: { format: 'json' } };

    it.each([
      ['no such path', '/api/nothing', 404, 'not_found'],
      ['no such path outside /api', '/nothing', 404, 'not_found'],
      ['a bad escape', '/api/things/%zz', 400, 'validation_failed'],
      ["Nest's own", '/api/fail/nest', 404, 'not_found'],
      ['another status', '/api/fail/teapot', 418, 'refused'],
      ['a dependency', '/api/fail/down', 503, 'dependency_down'],
      ['an unknown error', '/api/fail/any', 500, 'internal'],
      ['a foreign error with a status', '/api/fail/status', 500, 'internal'],
      ['a string', '/api/fail/string', 500, 'internal'],
    ])('%s', async (_name, path, status, code) => {
      const answer = await call(at(path));
      expectProblem(answer, status, code);
      expect(answer.text).not.toMatch(/secret|mongodb|class name|stout|upstream|bare|Cannot|at line/);
    });

    it('shows an AppError, its members and Retry-After, but not its cause', async () => {
      const answer = await call(at('/api/fail/app'));
      expectProblem(answer, 429, 'too_many_concurrent');
      expect(answer.json).toMatchObject({ detail: 'Wait a little.', messageId: 'm1', title: 'Too many concurrent' });
      expect(answer.json.params).toEqual({ of: 'answers', maximum: 3 });
      expect(answer.headers['retry-after']).toBe('4');
      expect(answer.text).not.toContain('driver');
    });

    it('logs an unknown error with its stack', async () => {
      await call(at('/api/fail/any'));
      const line = lines.find(({ level }) => level === 50);
      expect(JSON.stringify(line)).toContain('secret-dsn at line 1');
      expect(JSON.stringify(line)).toContain('http.spec');
    });

    it.each([
      ['broken JSON', '{"message":', json, notJson],
      ['a poisoned prototype', '{"message":"a","__proto__":{"x":1}}', json, notJson],
      ['a poisoned constructor', '{"message":"a","constructor":{"prototype":{"x":1}}}', json, notJson],
      ['an empty body', '', json, { code: 'required' }],
      ['no body', '', {}, { code: 'required' }],
    ])('%s is validation_failed at body', async (_name, text, headers, problem) => {
      const answer = await post('/api/things', text, headers as Record<string, string>);
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.json.errors).toEqual([{ path: 'body', message: expect.any(String), ...problem }]);
    });

    it('names every bad and every unknown field', async () => {
      const answer = await post('/api/things', '{"message":1,"extra":1,"more":2,"nested":{"n":"x","deep":1}}');
      expectProblem(answer, 400, 'validation_failed');
      const paths = answer.json.errors.map(({ path }: { path: string }) => path).sort();
      expect(paths).toEqual(['extra', 'message', 'more', 'nested.deep', 'nested.n']);
      const query = await call(at('/api/things?limit=1&odd=1'));
      expect(query.json.errors).toEqual([{ path: 'odd', message: expect.any(String), code: 'unknown_field' }]);
    });

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
      '%s is unsupported_media_type',
      async (type) => {
        expectProblem(await post('/api/things', 'a=1', { 'content-type': type }), 415, 'unsupported_media_type');
      },
    );

    it('a call without a body may carry a Content-Type', async () => {
      expect((await call(at('/api/things'), { method: 'DELETE', headers: json })).status).toBe(204);
    });

    it('a long id is as unknown as any', async () => {
      expect((await call(at(`/api/things/${'a'.repeat(3000)}`))).status).toBe(200);
      expectProblem(await call(at(`/api/things/${'a'.repeat(5000)}`)), 404, 'not_found');
    });

    it('what is not HTTP gets a problem too', async () => {
      const { port } = new URL(server.url);
      const text = await new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
        let all = '';
        socket.on('data', (chunk) => (all += chunk)).on('close', () => resolve(all));
      });
      expect(text).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(JSON.parse(text.split('\r\n\r\n')[1])).toMatchObject({ code: 'validation_failed', status: 400 });
    });
  });

  describe('bodies', () => {
    const long = (bytes: number) => JSON.stringify({ message: 'x'.repeat(bytes - 14) });

    it('a question is at most what the longest message takes, whatever REQUEST_BODY_LIMIT', () => {
      expect(askBodyLimit({ REQUEST_BODY_LIMIT: 10_000_000, MESSAGE_MAX_CHARS: 100_000 })).toBe(665_536);
      expect(askBodyLimit({ REQUEST_BODY_LIMIT: 200_000, MESSAGE_MAX_CHARS: 100_000 })).toBe(200_000);
    });

    it('what holds far too much is refused in few words', async () => {
      const fields = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${'k'.repeat(i % 150)}${i}`, i]));
      for (const [text, first] of [
        [JSON.stringify(fields), 'message'],
        [JSON.stringify({ ...fields, more: Array(2000).fill(0) }), 'body'],
        ['[{"a":'.repeat(10_000), 'body'],
      ]) {
        for (const path of ['/api/things', '/api/ask/demo']) {
          const answer = await post(path, text);
          if (path === '/api/ask/demo' && first === 'message') continue;
          expectProblem(answer, 400, 'validation_failed');
          expect(answer.json.errors[0].path).toBe(first);
          expect(answer.json.errors.length).toBeLessThanOrEqual(21);
          expect(answer.text.length).toBeLessThan(5000);
        }
      }
      const { errors } = (await post('/api/things', JSON.stringify(fields))).json;
      const message = expect.stringMatching(/^has \d{3} more bad fields$/);
      const params = { count: expect.any(Number) };
      expect(errors.at(-1)).toEqual({ path: 'body', message, code: 'more_errors', params });
    });

    it('what is not UTF-8 is refused, and never mended (clients/latin1-body)', async () => {
      const latin1 = Buffer.from('{"message":"Grüße"}', 'latin1');
      for (const path of ['/api/things', '/api/ask/demo']) {
        const answer = await post(path, latin1);
        expectProblem(answer, 400, 'validation_failed');
        const problem = { code: 'bad_format', params: { format: 'utf8' } };
        expect(answer.json.errors).toEqual([{ path: 'body', message: 'is not UTF-8', ...problem }]);
      }
      expect((await post('/api/ask/demo', Buffer.from('{"message":"Grüße"}'))).json).toEqual({ length: 5 });
    });

    it.each(['gzip', 'br', 'x-unknown', 'gzip, identity'])(
      'a body in %s is told how to come (clients/gzip-body)',
      async (encoding) => {
        const answer = await post('/api/things', gzipSync('{"message":"a"}'), {
          ...json,
          'content-encoding': encoding,
        });
        expectProblem(answer, 415, 'unsupported_media_type');
        expect(answer.headers['accept-encoding']).toBe('identity');
        expect(answer.json.detail).toContain('Content-Encoding');
      },
    );

    it('"identity" is no encoding, and a call without a body needs none', async () => {
      const headers = { ...json, 'content-encoding': 'identity' };
      expect((await post('/api/ask/demo', '{"message":"abc"}', headers)).status).toBe(201);
      expect((await call(at('/api/small'), { headers: { 'content-encoding': 'gzip' } })).status).toBe(200);
    });

    it('those of one address that come in at once are bounded, and free it when they go', async () => {
      const { port } = new URL(server.url);
      const begin = (path: string, from: string) =>
        new Promise<{ socket: Socket; heard: Promise<string> }>((resolve) => {
          const socket = connect(Number(port), '127.0.0.1', () => {
            socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`);
            socket.write(`X-Forwarded-For: ${from}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`, () => {
              resolve({ socket, heard: new Promise((hear) => socket.once('data', (data) => hear(String(data)))) });
            });
          });
          socket.on('error', () => {});
        });
      const unfinished = [];
      // 4 MB in all: twenty of at most 200 kB.
      for (let i = 0; i < 21; i++) unfinished.push(await begin('/api/ask/demo', '203.0.113.1'));
      const refused = await Promise.race(unfinished.map(({ heard }) => heard));
      expect(refused).toMatch(/^HTTP\/1.1 429 /);
      expect(refused).toContain('too_many_concurrent');
      const from = (address: string) =>
        post('/api/ask/demo', '{"message":"abc"}', { ...json, 'x-forwarded-for': address });
      expect((await from('203.0.113.2')).status).toBe(201);
      for (const { socket } of unfinished) socket.destroy();
      const chunked = { ...json, 'transfer-encoding': 'chunked', 'x-forwarded-for': '203.0.113.1' };
      while ((await post('/api/ask/demo', '{"message":"abc"}', chunked)).status !== 201);
    });

    it('64 kB everywhere, REQUEST_BODY_LIMIT for a question', async () => {
      expect((await post('/api/things', long(65_536))).status).toBe(201);
      expectProblem(await post('/api/things', long(65_537)), 413, 'body_too_large');
      expect((await post('/api/ask/demo', long(204_800))).json).toEqual({ length: 204_786 });
      expectProblem(await post('/api/ask/demo', long(204_801)), 413, 'body_too_large');
    });

    it('also where no length is told', async () => {
      const chunked = { ...json, 'transfer-encoding': 'chunked' };
      expect((await post('/api/things', long(65_536), chunked)).status).toBe(201);
      expect((await post('/api/things', long(65_537), chunked)).status).toBe(413);
      expect((await post('/api/ask/demo', long(204_801), chunked)).status).toBe(413);
    });

    it('whoever is refused may send the rest, and hears the refusal: no reset comes in between', async () => {
      const { port } = new URL(server.url);
      const rest = 8 * 1024 * 1024;
      const heard = await new Promise<string>((resolve, reject) => {
        let all = '';
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', reject).on('close', () => resolve(all));
        socket.write(`POST /api/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`);
        socket.write(`Content-Length: ${rest}\r\n\r\n`);
        socket.on('data', (chunk) => {
          // Only now, when it has been refused.
          if (all === '') socket.end(Buffer.alloc(rest, 'x'));
          all += chunk;
        });
      });
      expect(heard).toMatch(/^HTTP\/1.1 413 /);
      expect(heard).toContain('body_too_large');
    });

    it('but not for ever', async () => {
      const { port } = new URL(server.url);
      const socket = connect(Number(port), '127.0.0.1');
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => {});
      socket.write(`POST /api/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`);
      socket.write(`Transfer-Encoding: chunked\r\n\r\n`);
      const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const more = setInterval(() => socket.writable && socket.write(piece), 10);
      await closed;
      clearInterval(more);
    });
  });

  describe('answers that nobody takes', () => {
    it('are bounded for each address, and free it when they go', async () => {
      const { port } = new URL(server.url);
      const ask = (from: string) =>
        new Promise<Socket>((resolve) => {
          const socket = connect(Number(port), '127.0.0.1', () => {
            const lines = ['GET /api/huge HTTP/1.1', 'Host: x', `X-Forwarded-For: ${from}`, 'Connection: close'];
            socket.write(`${lines.join('\r\n')}\r\n\r\n`);
          });
          socket.on('error', () => {});
          // The first bytes have come, and no more are read.
          socket.once('readable', () => resolve(socket));
        });
      const silent: Socket[] = [];
      for (let i = 0; i < 3; i++) silent.push(await ask('203.0.113.1'));
      const from = (address: string) => call(at('/api/huge'), { headers: { 'x-forwarded-for': address } });
      const refused = await from('203.0.113.1');
      expectProblem(refused, 429, 'too_many_concurrent');
      expect(refused.headers['retry-after']).toBe('5');
      expect((await call(at('/api/small'), { headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(200);
      expect((await from('203.0.113.2')).status).toBe(200);
      for (const socket of silent) socket.destroy();
      while ((await from('203.0.113.1')).status !== 200);
    });
  });

  describe('headers', () => {
    it('carries a policy without inline scripts, and an id of our own', async () => {
      const answer = await call(at('/api/small'), { headers: { 'x-request-id': 'mine' } });
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
      expect(answer.headers['content-security-policy']).not.toContain('unsafe');
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{14}7[0-9a-f-]{21}$/);
      expect(answer.headers['x-powered-by']).toBeUndefined();
    });

    it('compresses what is long, unless told not to', async () => {
      const accept = { 'accept-encoding': 'gzip' };
      expect((await call(at('/api/big'), { headers: accept })).headers['content-encoding']).toBe('gzip');
      expect((await call(at('/api/small'), { headers: accept })).headers['content-encoding']).toBeUndefined();
      const asked = await call(at('/api/big'), { headers: { ...accept, 'x-no-compression': '1' } });
      expect(asked.headers['content-encoding']).toBeUndefined();
      expect(asked.json.text).toHaveLength(6000);
    });

    it('answers the origins of CORS_ORIGINS only', async () => {
      const from = (origin: string, method = 'GET') =>
        call(at('/api/small'), { method, headers: { origin, 'access-control-request-method': 'POST' } });
      const good = await from('https://chat.example');
      expect(good.headers['access-control-allow-origin']).toBe('https://chat.example');
      expect(good.headers['access-control-allow-credentials']).toBe('true');
      expect(good.headers['access-control-expose-headers']).toBe(
        'RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Location',
      );
      expect((await from('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
      const preflight = await from('https://chat.example', 'OPTIONS');
      expect(preflight.status).toBe(204);
      expect(preflight.headers['access-control-allow-methods']).toContain('PATCH');
      const refused = await call(at('/api/nothing'), { headers: { origin: 'https://chat.example' } });
      expect(refused.headers['access-control-allow-origin']).toBe('https://chat.example');
    });

    it('believes X-Forwarded-For from a trusted proxy', async () => {
      const answer = await call(at('/api/ip'), { headers: { 'x-forwarded-for': '6.6.6.6, 192.0.2.7' } });
      expect(answer.json).toEqual({ ip: '192.0.2.7' });
    });

    it('asks clients to leave while draining, also those that came before', async () => {
      const keep = { connection: 'keep-alive' };
      expect((await call(at('/api/small'), { headers: keep })).headers.connection).toBe('keep-alive');
      const early = call(at('/api/wait'), { headers: keep });
      await sleep(50);
      server.lifecycle.draining = true;
      try {
        expect((await early).headers.connection).toBe('close');
        expect((await call(at('/api/small'), { headers: keep })).headers.connection).toBe('close');
      } finally {
        server.lifecycle.draining = false;
      }
    });
  });

  describe('streams', () => {
    it('carry the common headers and are not compressed', async () => {
      const answer = await call(at('/api/streams/1'), { headers: { 'accept-encoding': 'gzip', 'x-end': '1' } });
      expect(answer.headers).toMatchObject({
        'content-type': 'text/event-stream',
        'x-content-type-options': 'nosniff',
      });
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(answer.text).toHaveLength(5008);
    });

    it('are left alone by an error after the hijack', async () => {
      const answer = await call(at('/api/streams/1'), { headers: { 'x-end': '1' } });
      expect(answer.status).toBe(200);
      const cut = new Promise<string>((resolve) => {
        const request = httpRequest(at('/api/streams/1'), { headers: { 'x-fail': '1' } }, (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          setTimeout(() => {
            request.destroy();
            resolve(text);
          }, 100);
          response.on('error', () => undefined);
        });
        request.end();
      });
      expect(await cut).toHaveLength(5008);
    });

    it('have no HEAD', async () => {
      expect((await call(at('/api/streams/1'), { method: 'HEAD' })).status).toBe(404);
    });
  });

  describe('the log', () => {
    it('has one line a request: who, where, how long; never the query', async () => {
      const answer = await call(at('/api/things?limit=7'), { headers: { authorization: 'Bearer t0ken' } });
      const line = await lineOf(answer.headers['x-request-id']);
      expect(line).toMatchObject({ method: 'GET', route: '/api/things', status: 200, ms: expect.any(Number) });
      expect(lines.filter(({ reqId }) => reqId === line.reqId)).toHaveLength(1);
      expect(JSON.stringify(lines)).not.toMatch(/limit=7|t0ken/);
    });

    it('has one for a stream, ended or cut off', async () => {
      const ended = await call(at('/api/streams/1'), { headers: { 'x-end': '1' } });
      const line = await lineOf(ended.headers['x-request-id']);
      expect(line).toMatchObject({ route: '/api/streams/:messageId', status: 200 });
      expect(line.aborted).toBeUndefined();

      const id = await new Promise((resolve) => {
        const request = httpRequest(at('/api/streams/1'), (response) => {
          response.on('error', () => undefined);
          response.once('data', () => {
            request.destroy();
            resolve(response.headers['x-request-id']);
          });
        });
        request.end();
      });
      expect(await lineOf(id)).toMatchObject({ status: 200, aborted: true });
    });

    it('does not tell unknown paths', async () => {
      const answer = await call(at('/api/what-a-secret'));
      expect(await lineOf(answer.headers['x-request-id'])).toMatchObject({ route: '-', status: 404 });
      expect(JSON.stringify(lines)).not.toContain('secret');
    });
  });

  describe('/docs', () => {
    it('serves the page with a policy that lets it work', async () => {
      const page = await call(at('/docs'));
      expect(page.status).toBe(200);
      expect(page.headers['content-security-policy']).toContain("style-src 'self' 'unsafe-inline'");
      expect(page.headers['content-security-policy']).toContain("script-src 'self';");
      const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
      expect(links).toHaveLength(4);
      for (const link of links) expect((await call(at(link))).status).toBe(200);
      expectProblem(await call(at('/docs/..%2fpackage.json')), 404, 'not_found');
      expectProblem(await call(at('/docs/constructor')), 404, 'not_found');
    });

    it('describes the routes', async () => {
      const { json: document } = await call(at('/docs/json'));
      expect(document.info).toMatchObject({ title: 'Parley', version: '1.2.3' });
      expect(document.paths['/api/things'].post.requestBody).toBeDefined();
      expect(Object.keys(document.paths)).toContain('/api/ask/{endpoint}');
    });

    it('describes refusals: their codes, those of fields, and what each says besides', async () => {
      const { json: document } = await call(at('/docs/json'));
      const { content } = document.paths['/api/things'].post.responses.default;
      expect(content['application/problem+json'].schema).toEqual({ $ref: '#/components/schemas/Problem' });
      const { Problem, FieldError } = document.components.schemas;
      const [fields, codes] = Problem.allOf;
      expect(fields.properties.errors.items).toEqual({ $ref: '#/components/schemas/FieldError' });
      const named = ({ oneOf }: any, code: string) => oneOf.find(({ title }: any) => title === code);
      expect(named(FieldError.allOf[1], 'too_long')).toEqual({
        title: 'too_long',
        type: 'object',
        properties: {
          code: { type: 'string', const: 'too_long' },
          params: { type: 'object', properties: { maximum: { type: 'number' } }, required: ['maximum'] },
        },
        required: ['code', 'params'],
      });
      expect(named(codes, 'rate_limited').properties.params.properties.seconds).toEqual({ type: 'number' });
      expect(named(codes, 'email_taken').required).toEqual(['code']);
    });
  });
});
