import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upstream } from '../../libs/models/upstream.testing.js';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Program } from '../support/program.js';
import { sayAsOpenAi } from '../support/programs.js';

const messages = [{ role: 'user', content: 'When is high water?' }];
const PIECE = 'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n';

/** One endpoint that takes one call at a time; roles apart. */
describe('calls of programs, where processes are killed', () => {
  let upstream: Upstream;
  let backends: Backends;
  let folder: string;
  let env: Record<string, string>;
  const servers: Server[] = [];

  beforeEach(async () => {
    build();
    upstream = await Upstream.start();
    backends = await Backends.start();
    folder = mkdtempSync(join(tmpdir(), 'parley-killed-'));
    const file = join(folder, 'parley.yaml');
    const endpoint = { name: 'slow', baseURL: upstream.url, maxConcurrent: 1, models: ['m'] };
    writeFileSync(file, JSON.stringify({ endpoints: [endpoint] }));
    env = { ...backends.space(), CONFIG_FILE: file, DATA_DIR: folder, SHUTDOWN_GRACE_SECONDS: '1' };
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await backends?.stop();
    await upstream?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const start = async (role: 'web' | 'worker') => {
    const server = await Server.start({ ...env, ROLE: role });
    servers.push(server);
    await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 200);
    return server;
  };
  const ask = (program: Program) =>
    program.call('POST', '/v1/chat/completions', { model: 'slow/m', messages, stream: true });

  it('a worker: the call goes on, and the next one begins behind it', async () => {
    const worker = await start('worker');
    const web = await start('web');
    const program = await Program.of(await Person.join(web.url), { scopes: ['chat'] });
    const first = await Promise.all([ask(program), upstream.call(0).then((call) => call.send(PIECE))]);
    const second = ask(program);
    await worker.end('SIGKILL');
    await start('worker');
    expect(upstream.calls).toHaveLength(1);
    upstream.calls[0].end(PIECE, 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n');
    expect((await first[0].text()).match(/Hi/g)).toHaveLength(2);
    sayAsOpenAi(await upstream.call(1), { text: 'Noon.' });
    expect(await (await second).text()).toContain('[DONE]');
  });

  it('the process that holds the connection: its place is free when its lease is out', async () => {
    await start('worker');
    const [dying, web] = [await start('web'), await start('web')];
    const program = await Program.of(await Person.join(web.url), { scopes: ['chat'] });
    const lost = await Promise.all([ask(program.at(dying.url)), upstream.call(0).then((call) => call.send(PIECE))]);
    const next = ask(program);
    await dying.end('SIGKILL');
    await expect(lost[0].text()).rejects.toThrow();
    await upstream.calls[0].closed();
    sayAsOpenAi(await upstream.call(1), { text: 'Noon.' });
    expect(await (await next).text()).toContain('[DONE]');
  });
});
