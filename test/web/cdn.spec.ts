import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useWeb } from './harness.js';
import { answered, ask, said } from './steps.js';

describe('behind a CDN', () => {
  const env: Record<string, string> = {};
  const asked: string[] = [];
  let cdn: Server;

  // It fetches from the server whatever it is asked for, and passes on what was said of it, as CDNs do.
  beforeAll(async () => {
    cdn = createServer((request, response) => {
      asked.push(request.url!);
      void fetch(web.url + request.url).then(async ({ status, headers, body }) => {
        for (const [name, value] of headers)
          if (!/^(content-(encoding|length)|connection|keep-alive|transfer)/.test(name))
            response.setHeader(name, value);
        response.writeHead(status);
        for await (const chunk of body ?? []) response.write(chunk);
        response.end();
      });
    });
    cdn.listen(0, '127.0.0.1');
    await once(cdn, 'listening');
    env.CDN_URL = `http://127.0.0.1:${(cdn.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    cdn.closeAllConnections();
    cdn.close();
  });
  const web = useWeb(env);

  it('the page takes all its assets from there, also what it loads on demand, and works', async () => {
    web.expects(/asked for http:\/\/127\.0\.0\.1:\d+\/assets\//);
    const page = await web.open(await web.person());
    const own: string[] = [];
    page.on('request', (request) => {
      const { origin, pathname } = new URL(request.url());
      if (origin === web.url && pathname.startsWith('/assets/')) own.push(pathname);
    });
    await page.reload();
    await ask(page, 'Show me everything');
    const call = await web.provider.call(0);
    call.say('Code and $e^{i\\pi}$:\n\n```js\nconst answer = 42;\n```\n\nDone.');
    call.finish();
    await said(page, 'Done.').waitFor();
    await answered(page);
    await page.waitForLoadState('networkidle');
    const kinds = (all: string[]) => [...new Set(all.map((path) => path.replace(/.*\./, '')))].sort();
    expect(kinds(asked)).toEqual(expect.arrayContaining(['css', 'js', 'woff2']));
    // Browsers take a worker from the page's own origin only, and what it loads with it.
    expect(own.filter((path) => !/\/(?:worker|colours)-[^/]+\.js$|\.svg$/.test(path))).toEqual([]);
    expect(own.some((path) => path.startsWith('/assets/worker-'))).toBe(true);
    await page.locator('pre code .hljs-keyword').waitFor();
  });
});
