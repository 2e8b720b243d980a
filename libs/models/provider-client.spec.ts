import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { openAi } from './dialect.testing.js';
import { hear } from './model.testing.js';
import { Upstream } from './upstream.testing.js';

/** A proxy that makes tunnels to one server, whatever is asked for. */
class Proxy {
  readonly asked: Array<{ target: string; authorization?: string }> = [];
  private constructor(readonly server: Server) {}

  static async to(port: number): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connect', (request, socket) => {
      proxy.asked.push({ target: request.url!, authorization: request.headers['proxy-authorization'] });
      if (request.url!.startsWith('refused')) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const target = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      for (const end of [target, socket]) end.on('error', () => [target, socket].forEach((one) => one.destroy()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

describe('a provider behind a proxy', () => {
  let upstream: Upstream;
  let proxy: Proxy;
  beforeEach(async () => {
    upstream = await Upstream.start();
    upstream.reply = (call) => call.end(openAi.say('a') + openAi.finish());
    proxy = await Proxy.to(upstream.port);
  });
  afterEach(async () => {
    await upstream.stop();
    proxy.server.closeAllConnections();
    await new Promise((resolve) => proxy.server.close(resolve));
  });

  async function ask(url: string, connection: object) {
    const model = openAi.make(url, { connection });
    const heard = await hear(model);
    await model.close();
    return heard;
  }

  it('is called through it', async () => {
    const heard = await ask('http://model.example:81/v1', { httpProxy: proxy.url });
    expect([heard.text, heard.error]).toEqual(['a', undefined]);
    expect(proxy.asked).toEqual([{ target: 'model.example:81', authorization: undefined }]);
  });

  it('is called with the proxy’s user and password, which nobody else gets', async () => {
    await ask('http://model.example/v1', { httpProxy: proxy.url.replace('//', '//me:pass@') });
    expect(proxy.asked[0].authorization).toBe(`Basic ${Buffer.from('me:pass').toString('base64')}`);
    expect(JSON.stringify(upstream.calls[0].headers)).not.toContain('proxy-authorization');
  });

  it('is called without it where it is an exception', async () => {
    const { text } = await ask(upstream.url, { httpProxy: proxy.url, noProxy: 'example.org, 127.0.0.1' });
    expect([text, proxy.asked]).toEqual(['a', []]);
  });

  it('is called over the proxy for its own protocol only', async () => {
    expect((await ask(upstream.url, { httpsProxy: proxy.url })).text).toBe('a');
    const { error } = await ask('https://127.0.0.1:9/v1', { httpProxy: proxy.url });
    expect(error).toMatchObject({ code: 'model_unavailable' });
    expect(proxy.asked).toEqual([]);
  });

  it('is called over no proxy that only the environment names', async () => {
    process.env.HTTP_PROXY = process.env.http_proxy = proxy.url;
    try {
      expect((await ask(upstream.url, {})).text).toBe('a');
      expect((await ask(upstream.url, { httpsProxy: proxy.url })).text).toBe('a');
    } finally {
      delete process.env.HTTP_PROXY;
      delete process.env.http_proxy;
    }
    expect(proxy.asked).toEqual([]);
  });

  it('is unavailable where the proxy refuses, and its address is not told', async () => {
    const { error } = await ask('http://refused.example/v1', { httpProxy: proxy.url.replace('//', '//me:hunter22@') });
    expect(error).toMatchObject({ code: 'model_unavailable', retryable: true });
    expect(error.message).not.toMatch(/hunter22|127\.0\.0\.1/);
  });
});
