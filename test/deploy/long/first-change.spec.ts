import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const page = readFileSync(join(root, 'docs/first-change.md'), 'utf8');

/** What a part of the page says: its patches, and the specs that it runs. */
const walks = page
  .split(/^## /m)
  .slice(1)
  .map((part) => ({
    name: part.split('\n')[0],
    patch: [...part.matchAll(/^```diff\n([\s\S]*?)^```$/gm)].map(([, patch]) => patch).join(''),
    specs: [...part.matchAll(/^npm test -- (.+)$/gm)].flatMap(([, args]) => args.split(' ')),
  }))
  .filter(({ patch }) => patch !== '');

describe('docs/first-change.md', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'parley-first-change-'));
    for (const name of [
      'src',
      'libs',
      'test',
      'scripts',
      'package.json',
      'tsconfig.json',
      'jest.config.js',
      '.dependency-cruiser.js',
    ])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const run = (command: string, args: string[], input?: string): string => {
    try {
      return execFileSync(command, args, { cwd: copy, input, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
    }
  };
  const tool = (name: string, ...args: string[]) => run(join(root, 'node_modules/.bin', name), args);

  it('has patches that can each be applied alone', () => {
    expect(walks.length).toBeGreaterThanOrEqual(5);
    for (const { patch } of walks) run('git', ['apply', '--check', '-'], patch);
  });

  it('writes what compiles, keeps to the rules on imports, and passes the tests that it names', () => {
    for (const { patch, specs } of walks) {
      expect(specs.length).toBeGreaterThan(0);
      run('git', ['apply', '-'], patch);
    }
    tool('tsc', '--noEmit', '--incremental', 'false');
    tool('depcruise', 'src', 'libs', '--preserve-symlinks', '--config', '.dependency-cruiser.js');
    tool('jest', '--runInBand', ...new Set(walks.flatMap(({ specs }) => specs)), '--roots', 'src', 'libs');
  });
});
