import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { io } from 'socket.io-client';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Nginx } from '../support/nginx.js';
import { Person, SETUP_CODE } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { type Call, Provider } from '../support/provider.js';
import { eventsOf as everyEvent, type ServerEvent, textOf } from '../support/sse.js';

const PIECES = Array.from({ length: 30 }, (_, i) => `${i} `);
const WHOLE = PIECES.join('');

async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  for await (const event of everyEvent(response)) if (event.event !== 'queued') yield event;
}

/** Says a piece every 80 ms, which takes longer than the grace, then ends. */
function slowly(call: Call): void {
  let i = 0;
  const timer = setInterval(() => {
    if (call.closed) return clearInterval(timer);
    if (i < PIECES.length) return void call.say(PIECES[i++]);
    clearInterval(timer);
    call.finish();
  }, 80);
}

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return (await response.json()) as any;
};

describe('nginx before two instances', () => {
  let provider: Provider;
  let backends: Backends;
  let folder: string;
  let env: Record<string, string>;
  const servers: Server[] = [];
  let nginx: Nginx;
  let ada: Person;

  const start = async () => {
    const server = await Server.start({ ...env, ...provider.env, DATA_DIR: folder });
    servers.push(server);
    return server;
  };
  const address = ({ url }: Server) => url.replace('http://', '');

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'parley-behind-nginx-'));
    provider = await Provider.start();
    backends = await Backends.start();
    const off = { REGISTER_MAX: '0', LOGIN_MAX: '0', MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', API_MAX: '0' };
    env = { ...backends.space(), ...off, TRUST_PROXY: '127.0.0.1', SETUP_CODE, SHUTDOWN_GRACE_SECONDS: '1' };
    await Promise.all([start(), start()]);
    nginx = await Nginx.start(servers.map(address));
    ada = await Person.join(nginx.url);
  });
  afterAll(async () => {
    await nginx?.stop();
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await backends?.stop();
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  it('holds no delta back: each is read before the model says the next', async () => {
    const stream = eventsOf(await ada.ask('Hi'));
    expect((await stream.next()).value).toMatchObject({ event: 'created' });
    const call = await provider.call(0);
    // If anything waited for more, the first read would never end: nothing more is said before it.
    for (const piece of PIECES) {
      call.say(piece);
      expect((await stream.next()).value).toMatchObject({ event: 'delta', data: { text: piece } });
    }
    call.finish();
    expect((await stream.next()).value).toMatchObject({ event: 'final', data: { message: { text: WHOLE } } });
  });

  it('an answer begun on one instance is resumed on the other', async () => {
    const stream = eventsOf(await ada.ask('Hi'));
    const created = (await stream.next()).value as ServerEvent;
    const call = await provider.call(0);
    call.say('one ', 'two');
    const id = created.data.messageId as string;
    const events = eventsOf(await ada.resume(id, '1-0'));
    expect((await events.next()).value).toMatchObject({ id: '1-1' });
    call.finish();
    let last: ServerEvent | undefined;
    for await (const event of stream) last = event;
    expect(last).toMatchObject({ event: 'final' });
    for await (const event of events) last = event;
    expect(last).toMatchObject({ event: 'final' });
    // nginx logs a call when it has ended. While the first reads at one, the other has fewer connections.
    const served = (call: string) => {
      const lines = nginx.log.split('\n').filter((line) => line.includes(`"${call}"`));
      return / to=(\S+)/.exec(lines.at(-1) ?? '')?.[1];
    };
    const resumedAt = await eventually(() => served(`GET /api/streams/${id}`));
    expect(resumedAt).not.toBe(served('POST /api/ask/openAI'));
  });

  it('sockets get through', async () => {
    const socket = io(nginx.url, { transports: ['websocket'], auth: { token: ada.token } });
    try {
      const heard = new Promise((resolve) => socket.once('generation.finished', resolve));
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      provider.reply = (call) => call.say('x').finish();
      await ada.askAll('Hi');
      await heard;
    } finally {
      socket.close();
    }
  });

  it('the address of a person is the real one, whatever they claim', async () => {
    await ada.call('GET', '/api/user', undefined, { 'x-forwarded-for': '203.0.113.7' });
    const bea = await Person.logIn(nginx.url, ada.user.email);
    const { items } = await bea.get('/api/auth/sessions');
    expect(items.map((one: any) => one.address)).toEqual(items.map(() => '127.0.0.1'));
  });

  it('20 MB are refused by the application, in its own words', async () => {
    const refused = await ada.ask({ message: 'x'.repeat(20 * 1024 * 1024) });
    expect(refused.status).toBe(413);
    const problem = await problemOf(refused);
    expect(problem).toMatchObject({ code: 'body_too_large', instance: refused.headers.get('x-request-id') });
    // nginx' own would not carry the application's headers.
    expect(refused.headers.get('content-security-policy')).toContain("default-src 'self'");
    // And so are 20 MB without a length, which nobody can refuse before they have come.
    const piece = randomBytes(512 * 1024).toString('base64');
    const outcome = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' };
      const request = httpRequest(`${nginx.url}/api/ask/openAI`, { method: 'POST', headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: response.statusCode, body }));
      });
      request.on('error', reject);
      request.write('{"message":"');
      for (let i = 0; i < 30; i++) request.write(piece);
      request.end('"}');
    });
    expect(outcome.status).toBe(413);
    expect(JSON.parse(outcome.body)).toMatchObject({ code: 'body_too_large' });
  });

  it('bodies that begin and never end fill no disk, and others are served beside them', async () => {
    const { port } = new URL(nginx.url);
    const begin = (path: string, length: number, token?: string) =>
      new Promise<Socket>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          const auth = token ? `Authorization: Bearer ${token}\r\n` : '';
          socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${auth}`);
          socket.write(`Content-Length: ${length}\r\n\r\n`);
          // All but the last byte.
          socket.write(Buffer.alloc(length - 1, ' '), () => resolve(socket));
        });
        socket.on('error', () => resolve(socket)).resume();
      });
    const sockets = await Promise.all([
      ...Array.from({ length: 5 }, () => begin('/api/auth/login', 60_000)),
      ...Array.from({ length: 5 }, () => begin('/api/user', 20 * 1024 * 1024)),
      ...Array.from({ length: 5 }, () => begin('/api/ask/openAI', 20 * 1024 * 1024)),
      ...Array.from({ length: 5 }, () => begin('/api/ask/openAI', 600_000, ada.token)),
    ]);
    try {
      provider.reply = (call) => call.say('x').finish();
      for await (const _ of eventsOf(await ada.ask('Hi')));
      // nginx warns of each body that it writes to a file, which has no name for long.
      expect(nginx.complaints).not.toContain('temporary file');
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('assets come from disk where they are there, compressed and for good; the page is never kept', async () => {
    mkdirSync(join(nginx.files, 'assets'), { recursive: true });
    const script = 'console.log(1);'.repeat(200);
    writeFileSync(join(nginx.files, 'assets', 'app-1a2b3c.js'), script);
    writeFileSync(join(nginx.files, 'assets', 'app-1a2b3c.js.gz'), gzipSync(script));
    const asset = await fetch(`${nginx.url}/assets/app-1a2b3c.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect(await asset.text()).toBe(script);
    // What is not on disk is asked for at the application.
    const missing = await fetch(`${nginx.url}/assets/other-4d5e6f.js`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('cache-control') ?? '').not.toContain('immutable');
    const page = await fetch(nginx.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('cache-control') ?? '').not.toMatch(/immutable|max-age=[1-9]/);
  });

  it('closed for maintenance: who reads goes on, who calls is told when to come again', async () => {
    const stream = eventsOf(await ada.ask('Hi'));
    await stream.next();
    const call = await provider.call(0);
    nginx.maintenance = true;
    try {
      const refused = await ada.ask('Later');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
      const problem = await problemOf(refused);
      expect(problem).toMatchObject({ code: 'maintenance', status: 503 });
      expect(problem.instance).toBe(refused.headers.get('x-request-id'));
      const page = await fetch(nginx.url, { headers: { accept: 'text/html,*/*' } });
      expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
      expect(await page.text()).toContain('Back soon');
      call.say('on').finish();
      expect((await stream.next()).value).toMatchObject({ event: 'delta', data: { text: 'on' } });
    } finally {
      nginx.maintenance = false;
    }
    expect((await ada.call('GET', '/api/user')).status).toBe(200);
    for await (const _ of stream);
  });

  /** Under a name of the test's choice, as a page would whose name leads here. */
  const under = (host: string, path: string) =>
    new Promise<{ status?: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      httpRequest(nginx.url + path, { headers: { host } }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      })
        .on('error', reject)
        .end();
    });

  it('serves nothing under a name that is not its own', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example']) {
      for (const path of ['/', '/api/user', '/assets/app-1a2b3c.js', '/socket.io/', '/metrics']) {
        const refused = await under(host, path);
        expect([host, path, refused.status]).toEqual([host, path, 421]);
        expect(JSON.parse(refused.body)).toMatchObject({ status: 421, code: 'host_not_allowed' });
      }
    }
    for (const host of ['localhost', '127.0.0.1:80', '[::1]:80'])
      expect((await under(host, '/health')).status).toBe(200);
  });

  it('sends the headers of a safe page with its own, too', async () => {
    nginx.maintenance = true;
    try {
      for (const accept of ['text/html', 'application/json']) {
        const { headers } = await fetch(nginx.url, { headers: { accept } });
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('x-frame-options')).toBe('DENY');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('cache-control')).toBe('no-store');
      }
    } finally {
      nginx.maintenance = false;
    }
    const { headers } = await under('evil.example', '/');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('with TLS: HTTP/2, streams unbuffered, and a redirect from the plain port', async () => {
    const secure = await Nginx.start(servers.map(address), { tls: true });
    const session = connectHttp2(secure.url, { ca: secure.certificate });
    try {
      const moved = await fetch(`${secure.plainUrl}/api/user`, { redirect: 'manual' });
      expect(moved.status).toBe(308);
      expect(moved.headers.get('location')).toMatch(/^https:\/\/127\.0\.0\.1/);
      const headers = { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' };
      const request = session.request({ ':method': 'POST', ':path': '/api/ask/openAI', ...headers });
      request.end(JSON.stringify({ message: 'Hi' }));
      let text = '';
      request.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      const call = await provider.call(0);
      for (const piece of ['alpha', 'beta', 'gamma']) {
        call.say(piece);
        await eventually(() => text.includes(piece));
      }
      call.finish();
      await eventually(() => text.includes('event: final'));
      expect(session.alpnProtocol).toBe('h2');
    } finally {
      session.destroy();
      await secure.stop();
    }
  });

  it('one instance is stopped under load: no call fails, and each answer is whole', async () => {
    provider.reply = slowly;
    const failures: string[] = [];
    let turns = 0;
    let cuts = 0;
    let stopped = false;
    /** Who is in the middle of an answer, a few pieces in. */
    const reading = new Set<ServerEvent[]>();
    const checked = async (what: string, response: Response) => {
      if (response.status !== 200) failures.push(`${what}: ${response.status} ${await response.text()}`);
      return response;
    };
    const turn = async () => {
      const events: ServerEvent[] = [];
      let response = await checked('ask', await ada.ask('Go'));
      while (!['final', 'error'].includes(events.at(-1)?.event ?? '')) {
        if (response.status !== 200) return;
        try {
          for await (const event of eventsOf(response)) if (events.push(event) === 4) reading.add(events);
        } catch {
          // Cut in the middle of the stream: that is what resuming is for.
        }
        if (events.at(-1)?.event === 'final' || events.length === 0) break;
        cuts++;
        response = await checked('resume', await ada.resume(events[0].data.messageId, events.at(-1)!.id));
      }
      reading.delete(events);
      if (textOf(events) !== WHOLE || events.at(-1)?.event !== 'final') {
        failures.push(`not whole: ${JSON.stringify(events.at(-1))}`);
      }
      turns++;
    };
    // Until it is gone, and once more after that.
    const loop = async (work: () => Promise<unknown>) => {
      for (let last = false; !last;) {
        last = stopped;
        await work().catch((error: unknown) => failures.push(String((error as Error).cause ?? error)));
      }
    };
    const call = (path: string) => async () => {
      await (await checked(path, await ada.call('GET', path))).text();
      // Under nginx' own limit, which all of these together have: they come from one address.
      await sleep(50);
    };
    const paths = ['/api/user', '/api/convos', '/api/endpoints', '/api/streams'];
    const load = [...Array.from({ length: 6 }, () => loop(turn)), ...paths.map((path) => loop(call(path)))];
    try {
      await eventually(() => (turns > 6 && reading.size === 6) || failures.length > 0);
      expect(await servers[0].end('SIGTERM')).toBe(0);
    } finally {
      stopped = true;
    }
    await Promise.all(load);
    expect(failures).toEqual([]);
    expect(turns).toBeGreaterThan(12);
    // Else it was stopped when nobody was there.
    expect(cuts).toBeGreaterThan(0);
  });

  it('all gone: a problem document with Retry-After, or a page to read', async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    const away = await ada.ask('Anybody?');
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await problemOf(away)).toMatchObject({ code: 'unavailable', status: 503 });
    const page = await fetch(nginx.url, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(await page.text()).toContain('One moment');
  });
});
