import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Runs the very file under test in a process of its own, after a line on its input. */
const program = `
  const { createRequire } = require('node:module');
  const [file, dataDir] = process.argv.slice(1);
  const here = createRequire(file);
  const { code } = here('@swc/core').transformFileSync(file, {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const exports_ = {};
  new Function('require', 'exports', code)((name) => (name.startsWith('.') ? {} : here(name)), exports_);
  process.stdin.once('data', () => process.stdout.end(exports_.keptSecret(dataDir), () => process.exit()));
  process.stderr.write('ready');
`;

describe('keptSecret', () => {
  it('is the same for processes that make it at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-secret-'));
    const dataDir = join(folder, 'data');
    const args = ['-e', program, join(__dirname, 'secret.ts'), dataDir];
    const children = Array.from({ length: 6 }, () => spawn(process.execPath, args));
    try {
      await Promise.all(children.map((child) => once(child.stderr, 'data')));
      for (const child of children) child.stdin.write('go\n');
      const secrets = await Promise.all(children.map((child) => text(child.stdout)));
      expect(secrets[0]).toMatch(/^[\w-]{64}$/);
      expect(new Set(secrets).size).toBe(1);
      expect(readdirSync(dataDir)).toEqual(['jwt-secret']);
    } finally {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
