import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedOutput } from './managed-output.js';

class Host extends EventEmitter {
  readonly written: string[] = [];
  readonly stdout = { write: (text: string) => this.written.push(text) };
}

describe('ManagedOutput', () => {
  let host: Host;
  let folder: string;
  let output: ManagedOutput;

  beforeEach(() => {
    jest.useFakeTimers();
    folder = mkdtempSync(join(tmpdir(), 'parley-output-'));
    host = new Host();
    output = new ManagedOutput(join(folder, 'parley.log'), host);
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });
  const line = (n: number) => `line ${n} ${'x'.repeat(100)}\n`;

  it('writes whole lines, many at once, the rest after a second', () => {
    const lines = Array.from({ length: 100 }, (_, n) => line(n));
    for (const each of lines) output.write(each);
    const early = host.written.length;
    expect(early).toBeGreaterThan(1);
    expect(early).toBeLessThan(10);
    expect(host.written.every((text) => text.endsWith('\n'))).toBe(true);
    jest.advanceTimersByTime(1000);
    expect(host.written.join('')).toBe(lines.join(''));
    jest.advanceTimersByTime(10_000);
    expect(host.written).toHaveLength(early + 1);
  });

  it('gives PM2 nothing while it opens its files anew', () => {
    output.write('before\n');
    host.emit('message', { type: 'log:reload' });
    output.write(line(1).repeat(100));
    expect(host.written).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(host.written).toEqual([`before\n${line(1).repeat(100)}`]);
    output.write('after\n');
    jest.advanceTimersByTime(1000);
    expect(host.written.at(-1)).toBe('after\n');
  });

  it.each(['shutdown', null, { type: 'process:msg' }])('goes on at the message %j', (message) => {
    host.emit('message', message);
    output.write(line(1).repeat(100));
    expect(host.written).toHaveLength(1);
  });

  it('puts the last lines into the file itself when the process exits', () => {
    const rest = `the end ${Math.random()}\n`;
    output.write(rest);
    host.emit('exit');
    host.emit('exit');
    expect(readFileSync(join(folder, 'parley.log'), 'utf8')).toBe(rest);
    expect(host.written).toEqual([]);
  });
});
