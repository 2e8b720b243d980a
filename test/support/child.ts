import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** One of our TypeScript files as a process of its own, to be killed and stopped. It says what it does line by line. */
export class Child {
  readonly lines: string[] = [];
  private readonly process: ChildProcess;
  private rest = '';

  constructor(file: string, ...args: string[]) {
    const run = resolve(__dirname, 'run-ts.cjs');
    this.process = spawn(process.execPath, [run, file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout?.on('data', (chunk) => {
      const parts = `${this.rest}${chunk}`.split('\n');
      this.rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
    process.once('exit', this.abandon);
  }

  say(line: string): void {
    this.process.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** As a crash. Resolves when it is gone; any number of times. */
  async kill(): Promise<void> {
    process.off('exit', this.abandon);
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  private readonly abandon = (): void => {
    this.process.kill('SIGKILL');
  };
}
