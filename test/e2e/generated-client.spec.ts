import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestApp } from '../support/app.js';
import { PASSWORD } from '../support/person.js';

const root = resolve(__dirname, '../..');
const folder = join(root, 'test/generated-client');
const bin = (name: string) => join(root, 'node_modules', name);

describe('a client that a public generator makes from /docs/json', () => {
  let app: TestApp;
  let made: string;
  beforeAll(async () => {
    app = await TestApp.start({ DEMO_TOKENS_PER_SECOND: '1000' });
    made = mkdtempSync(join(tmpdir(), 'parley-client-'));
  });
  afterAll(async () => {
    await app?.stop();
    rmSync(made, { recursive: true, force: true });
  });

  it('compiles', async () => {
    const document = join(made, 'docs.json');
    writeFileSync(document, await (await fetch(`${app.url}/docs/json`)).text());
    const api = join(made, 'api.ts');
    execFileSync(process.execPath, [bin('openapi-typescript/bin/cli.js'), document, '-o', api]);
    const options = { module: 'preserve', target: 'es2023', lib: ['es2023', 'dom'], types: [], strict: true };
    const config = {
      // To the compiler what was made stands beside the client.
      compilerOptions: { ...options, skipLibCheck: true, noEmit: true, rootDirs: [folder, made] },
      files: [join(folder, 'client.ts'), api],
    };
    writeFileSync(join(made, 'tsconfig.json'), JSON.stringify(config));
    const errors = (() => {
      try {
        return execFileSync(process.execPath, [bin('typescript/bin/tsc'), '-p', made], { encoding: 'utf8' });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    })();
    expect(errors).toBe('');
  });

  it('makes an account, logs in, asks, and reads the messages', async () => {
    const { talk, refusedLimit } = await import(join(folder, 'client'));
    const account = { name: 'Ada', email: 'ada@example.org', password: PASSWORD };
    const { user, text, final, messages } = await talk(app.url, account);
    expect(user).toMatchObject({ name: 'Ada', role: 'admin' });
    expect(text).not.toBe('');
    expect(final).toMatchObject({ role: 'assistant', status: 'complete', text });
    expect(messages.map(({ role }: any) => role)).toEqual(['user', 'assistant']);
    expect(messages[1]).toEqual(final);
    const { token } = await app.person();
    expect(await refusedLimit(app.url, token)).toBe(100);
  });
});
