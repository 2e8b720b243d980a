import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Controller, Get, Module } from '@nestjs/common';
import { startServer, type TestServer } from '../http/http.testing.js';
import { serveWeb } from './serve-web.js';

@Controller()
class OtherController {
  @Get('api/things')
  things() {
    return { items: [] };
  }

  @Get('health')
  health() {
    return { status: 'healthy' };
  }
}

@Module({ controllers: [OtherController] })
class OtherModule {}

const HTML = `<!doctype html>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" crossorigin href="/assets/index-1a2b3c4d.css">
<script type="module" crossorigin src="/assets/index-1a2b3c4d.js"></script>
<a href="/assets-of-others">no asset</a>${'<!-- long -->'.repeat(100)}`;
const SCRIPT = 'console.log("a page");'.repeat(200);

/** A build as the product finds it. */
function makeBuild(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-web-'));
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, 'assets'));
  write('index.html', HTML);
  write('icon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  write('.parley-built', 'a stamp');
  write('assets/index-1a2b3c4d.js', SCRIPT);
  write('assets/index-1a2b3c4d.js.br', brotliCompressSync(SCRIPT));
  write('assets/index-1a2b3c4d.js.gz', gzipSync(SCRIPT));
  write('assets/font-1a2b3c4d.woff2', 'a font');
  return folder;
}

const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the web client’s files', () => {
  let folder: string;
  let server: TestServer;

  const start = (env: Record<string, string> = {}, from = folder) =>
    startServer(OtherModule, env, undefined, (fastify, config) => serveWeb(fastify, config, from));
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET', at = server) =>
    fetch(at.url + path, { method, headers });

  beforeAll(async () => {
    folder = makeBuild();
    server = await start();
  });
  afterAll(async () => {
    await server.app.close();
    rmSync(folder, { recursive: true });
  });

  it('are given out under any name, as a CDN asks with its own; the page is not', async () => {
    const statusOf = (path: string) =>
      new Promise((resolve, reject) => {
        const options = { headers: { ...PAGE, host: 'cdn.example.net' } };
        httpRequest(server.url + path, options, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await statusOf('/assets/index-1a2b3c4d.js')).toBe(200);
    expect(await statusOf('/')).toBe(421);
  });

  describe('the page', () => {
    it.each(['/', '/c/0190f0e0-0000-7000-8000-000000000000', '/login', '/settings/account', '/admin', '/admin/users'])(
      'answers at %s',
      async (path) => {
        const response = await get(path, PAGE);
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
        expect(response.headers.get('cache-control')).toBe('no-cache');
        expect(response.headers.get('vary')).toMatch(/accept.*accept-encoding/);
        expect(await response.text()).toBe(HTML);
      },
    );

    it('answers at / whatever is accepted', async () => {
      expect((await get('/', { accept: '*/*' })).status).toBe(200);
      expect((await get('/?q=1')).status).toBe(200);
    });

    it('is not sent again to who has it', async () => {
      const etag = (await get('/', PAGE)).headers.get('etag')!;
      expect(etag).toMatch(/^W\/"[\w-]{27}"$/);
      for (const tag of [etag, `"other", ${etag}`, etag.slice(2), '*']) {
        const response = await get('/login', { ...PAGE, 'if-none-match': tag });
        expect([response.status, await response.text()]).toEqual([304, '']);
        expect(response.headers.get('etag')).toBe(etag);
        expect(response.headers.get('cache-control')).toBe('no-cache');
      }
      expect((await get('/', { ...PAGE, 'if-none-match': 'W/"other"' })).status).toBe(200);
    });

    it('is compressed', async () => {
      for (const [accepted, sent] of [
        ['br, gzip', 'br'],
        ['gzip', 'gzip'],
        ['identity', null],
      ] as const) {
        const response = await get('/', { ...PAGE, 'accept-encoding': accepted });
        expect(response.headers.get('content-encoding')).toBe(sent);
        expect(await response.text()).toBe(HTML);
      }
    });

    it('answers HEAD without a body', async () => {
      const response = await get('/c/1', PAGE, 'HEAD');
      expect([response.status, response.headers.get('etag')]).toEqual([200, expect.any(String)]);
      expect(await response.text()).toBe('');
    });

    it('may load and do only what it needs', async () => {
      const { headers } = await get('/', PAGE);
      expect(headers.get('content-security-policy')!.split(';')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data: blob: https:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    });
  });

  describe('assets', () => {
    it('may be kept for ever', async () => {
      const response = await get('/assets/index-1a2b3c4d.js');
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(await response.text()).toBe(SCRIPT);
    });

    it.each([
      ['br, gzip', 'br', brotliCompressSync(SCRIPT)],
      ['gzip', 'gzip', gzipSync(SCRIPT)],
      ['br;q=0, gzip', 'gzip', gzipSync(SCRIPT)],
    ])('accepting %s come as they were compressed', async (accepted, encoding, bytes) => {
      const { headers, body } = await raw('/assets/index-1a2b3c4d.js', { 'accept-encoding': accepted });
      expect(headers).toMatchObject({ 'content-encoding': encoding, 'content-length': `${bytes.length}` });
      expect(headers['content-type']).toMatch(/javascript/);
      expect(headers.vary).toMatch(/accept-encoding/i);
      expect(headers['cache-control']).toContain('immutable');
      expect(body.equals(bytes)).toBe(true);
    });

    it('that are not compressed come as they are, and vary all the same', async () => {
      const { headers, body } = await raw('/assets/font-1a2b3c4d.woff2', { 'accept-encoding': 'br' });
      expect([headers['content-encoding'], `${body}`]).toEqual([undefined, 'a font']);
      expect(headers.vary).toMatch(/accept-encoding/i);
      expect(headers['content-type']).toBe('font/woff2');
    });

    it('are not sent again to who has them', async () => {
      const { headers } = await raw('/assets/index-1a2b3c4d.js', {});
      const again = await raw('/assets/index-1a2b3c4d.js', { 'if-none-match': headers.etag });
      expect([again.status, again.body.length]).toEqual([304, 0]);
    });

    it('answer HEAD', async () => {
      const response = await get('/assets/font-1a2b3c4d.woff2', {}, 'HEAD');
      expect([response.status, response.headers.get('content-length')]).toEqual([200, '6']);
    });

    it('of a newer build are found without a restart', async () => {
      expect((await get('/assets/late-5e6f7a8b.js')).status).toBe(404);
      writeFileSync(join(folder, 'assets', 'late-5e6f7a8b.js'), 'late');
      expect(await (await get('/assets/late-5e6f7a8b.js')).text()).toBe('late');
    });

    it('at the root, whose names stay, are kept for an hour', async () => {
      const response = await get('/icon.svg', PAGE);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
      expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
    });
  });

  describe('nothing else', () => {
    it.each([
      '/assets/gone-1a2b3c4d.js',
      '/assets/',
      '/assets',
      '/assets/.secret',
      '/assets/index-1a2b3c4d.css',
      '/favicon.ico',
      '/.parley-built',
      '/index.html',
      '/icon.svg.br',
      '/api',
      '/api/unknown',
      '/%61pi/unknown',
      '/health/unknown',
      '/metrics',
      '/socket.io/unknown',
      '/admin/queues',
      '/admin/queues/anything',
    ])('answers at %s, even where a page is wanted', async (path) => {
      const response = await get(path, PAGE);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
      expect(await response.json()).toMatchObject({ code: 'not_found' });
      expect(response.headers.get('cache-control')).not.toContain('max-age');
    });

    it.each(['application/json', '*/*'])('answers at /unknown for %s', async (accept) => {
      const response = await get('/unknown', { accept });
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    });

    it('but reading: other methods find no page', async () => {
      for (const method of ['POST', 'PUT', 'DELETE']) expect((await get('/login', PAGE, method)).status).toBe(404);
    });

    it.each([
      '/assets/../index.html',
      '/assets/..%2findex.html',
      '/assets/%2e%2e/index.html',
      '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
      '/assets/..%5c..%5cpackage.json',
      '/assets//etc/passwd',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/%00',
      '/assets/%ff',
    ])('leads out of the folder: %s', async (path) => {
      const { status, body } = await raw(path, { accept: 'text/html' });
      expect([400, 403, 404]).toContain(status);
      expect(`${body}`).not.toMatch(/<!doctype|root:|"name"/);
    });

    it('takes the place of a route of the API', async () => {
      expect(await (await get('/api/things', PAGE)).json()).toEqual({ items: [] });
      expect(await (await get('/health', PAGE)).json()).toEqual({ status: 'healthy' });
      expect((await get('/docs/unknown', PAGE)).status).toBe(404);
      expect((await get('/docs', PAGE)).headers.get('content-security-policy')).toContain("'unsafe-inline'");
    });
  });

  describe('behind a CDN', () => {
    let behind: TestServer;
    beforeAll(async () => {
      behind = await start({
        CDN_URL: 'https://cdn.example/parley/',
        STATIC_CACHE_MAX_AGE: '600',
        STATIC_CACHE_S_MAX_AGE: '86400',
      });
    });
    afterAll(() => behind.app.close());

    it('the page takes its assets from there, and may', async () => {
      const response = await get('/', PAGE, 'GET', behind);
      const html = await response.text();
      expect(html).toContain('src="https://cdn.example/parley/assets/index-1a2b3c4d.js"');
      expect(html).toContain('href="https://cdn.example/parley/assets/index-1a2b3c4d.css"');
      expect(html).toContain('href="/icon.svg"');
      expect(html).toContain('href="/assets-of-others"');
      const policy = response.headers.get('content-security-policy');
      for (const kind of ['script', 'style', 'font']) {
        expect(policy).toContain(`${kind}-src 'self' https://cdn.example/parley/;`);
      }
      expect(policy).toContain("connect-src 'self';");
    });

    it('is another page than without', async () => {
      const [own, behindIt] = await Promise.all([get('/', PAGE), get('/', PAGE, 'GET', behind)]);
      expect(own.headers.get('etag')).not.toBe(behindIt.headers.get('etag'));
    });

    it('assets may be used by pages of our origin, and kept as long as is configured', async () => {
      const { headers } = await get('/assets/index-1a2b3c4d.js', {}, 'GET', behind);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(headers.get('cache-control')).toBe('public, max-age=600, s-maxage=86400, immutable');
    });
  });

  it('says what to do where nothing was built, and serves the rest', async () => {
    const bare = await start({}, join(folder, 'nowhere'));
    const response = await get('/', PAGE, 'GET', bare);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(await response.text()).toContain('npm run build');
    expect((await get('/login', PAGE, 'GET', bare)).status).toBe(404);
    expect((await get('/api/things', {}, 'GET', bare)).status).toBe(200);
    await bare.app.close();
  });

  /** As it stands on the wire: `fetch` tidies up addresses and undoes compression. */
  function raw(path: string, headers: Record<string, string>) {
    return new Promise<{ status: number; headers: Record<string, any>; body: Buffer }>((resolve, reject) => {
      const { port } = new URL(server.url);
      const call = httpRequest({ port, host: '127.0.0.1', path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      call.on('error', reject);
      call.end();
    });
  }
});
