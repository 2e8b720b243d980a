import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, Server } from '../support/process.js';

const readme = readFileSync(resolve(__dirname, '../../README.md'), 'utf8');

/** The shell commands under a heading of the README, as they stand there. */
function commandsUnder(heading: string): string[] {
  const [, section] = readme.split(`\n## ${heading}\n`);
  const [text] = section.split('\n## ');
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, command]) => command);
}

describe('the README', () => {
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    build();
    folder = await mkdtemp(`${tmpdir()}/parley-`);
    server = await Server.start({ DATA_DIR: folder });
  });
  afterAll(async () => {
    await server?.end('SIGKILL');
    await rm(folder, { recursive: true });
  });

  it('its walk with curl works, word for word but for the port', async () => {
    const commands = commandsUnder('Try it');
    expect(commands.length).toBe(5);
    const script = commands.map((command) => `${command}\necho "=== $?"`).join('\n');
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-c', script.replaceAll('http://127.0.0.1:3080', server.url)],
      {
        cwd: folder,
      },
    );
    const [registered, loggedIn, asked, cut, resumed] = stdout.split(/=== \d+\n/);
    expect(JSON.parse(registered).user).toMatchObject({ email: 'ada@example.org', role: 'admin' });
    expect(loggedIn).toBe('');
    expect(asked).toMatch(/^retry: 1000\n\nid: 1-0\nevent: created\n/);
    expect(asked).toContain('event: final');
    expect(cut).toContain('event: delta');
    expect(cut).not.toContain('event: final');
    expect(resumed).toContain('event: final');

    const textOf = (stream: string) =>
      [...stream.matchAll(/event: delta\ndata: (.*)\n\n/g)].map(([, data]) => JSON.parse(data).text).join('');
    const whole = JSON.parse(/event: final\ndata: (.*)\n/.exec(resumed)![1]).message.text;
    expect(textOf(cut) + textOf(resumed)).toBe(whole);
  });
});
