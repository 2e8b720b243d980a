import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { openAi } from './dialect.testing.js';
import { hear } from './model.testing.js';
import { Upstream } from './upstream.testing.js';

/** A proxy as Squid comes: whole requests to anywhere, tunnels to port 443 alone. All of them end at one server. */
class Proxy {
  readonly asked: Array<{ target: string; authorization?: string }> = [];
  private constructor(readonly server: Server) {}

  static async to(port: number): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    const note = ({ method, url, headers }: IncomingMessage) =>
      proxy.asked.push({ target: `${method} ${url}`, authorization: headers['proxy-authorization'] });
    server.on('request', (incoming, outgoing) => {
      note(incoming);
      if (incoming.headers.host!.startsWith('refused')) return outgoing.writeHead(407).end();
      const { method } = incoming;
      const { 'proxy-authorization': _, ...headers } = incoming.headers;
      const path = new URL(incoming.url!).pathname;
      const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    server.on('connect', (incoming, socket) => {
      note(incoming);
      if (!incoming.url!.endsWith(':443')) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      if (incoming.url!.startsWith('refused')) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
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

  it('is called through it, plain http with the whole address (extra/proxy-squid)', async () => {
    const heard = await ask('http://model.example:81/v1', { httpProxy: proxy.url });
    expect([heard.text, heard.error]).toEqual(['a', undefined]);
    const target = 'POST http://model.example:81/v1/chat/completions';
    expect(proxy.asked).toEqual([{ target, authorization: undefined }]);
    expect(upstream.calls[0].headers.host).toBe('model.example:81');
  });

  it('is called through a tunnel where it speaks https', async () => {
    // No TLS is spoken behind it.
    const { error } = await ask('https://model.example/v1', { httpsProxy: proxy.url });
    expect(error).toMatchObject({ code: 'model_unavailable' });
    expect(proxy.asked.map(({ target }) => target)).toEqual(['CONNECT model.example:443']);
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

  it.each([
    // The answer is the proxy's own, and looks like the provider's.
    ['http', 'httpProxy', { code: 'model_misconfigured', retryable: false }],
    ['https', 'httpsProxy', { code: 'model_unavailable', retryable: true }],
  ])('fails over %s where the proxy refuses, and its address is not told', async (protocol, name, failure) => {
    const connection = { [name]: proxy.url.replace('//', '//me:hunter22@') };
    const { error } = await ask(`${protocol}://refused.example/v1`, connection);
    expect(error).toMatchObject(failure);
    expect(error.message).not.toMatch(/hunter22|127\.0\.0\.1/);
  });
});
