/* global __dirname */
import process from 'node:process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/** Side by side: what is looked at is whether answers are right, never how fast they are. */
const SCENARIOS = ['ask', 'hold', 'api'];
const TINY = ['--backend', 'embedded', '--users', '3', '--rate', '10', '--seconds', '1', '--warm-up', '0'];

describe('npm run bench', () => {
  let folder;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'parley-bench-spec-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.concurrent.each(SCENARIOS)('%s: no failure, and a report', async (scenario) => {
    const out = join(folder, scenario);
    const args = [join(__dirname, 'bench.mjs'), scenario, ...TINY, '--out', out, '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let log = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    child.stderr.on('data', (chunk) => (log += chunk));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(log);

    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    expect(JSON.parse(printed)).toEqual(report);
    const [section] = report.sections;
    expect(section).toMatchObject({ scenario, backend: 'embedded', failures: {}, failed: 0 });
    expect(section.checked).toBeGreaterThan(5);
    expect(section.figures.filter(({ ratio }) => ratio > 0).length).toBeGreaterThan(1);
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/(src|href)="http/);
  });
});
