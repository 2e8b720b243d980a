import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { every } from '../../../libs/async/index.js';
import { ReaderKilled } from './file-reader.js';
import { residentBytes, yieldToOthers } from './foreign-process.js';
import { FrameReader, writeFrame } from './frames.js';
import { LARGEST_FORM } from './limits.js';
import { readerFlags, type ReaderScript } from './reader-script.js';

/** How often its memory is looked at. */
const LOOK_MS = 250;

export interface ReaderLimits {
  /** For one file, and for the start. */
  ms: number;
  /** Resident, as the system counts. */
  memoryBytes: number;
}

/** What is to be said next: a head, and the frames that it announces. */
interface Expected {
  frames: Buffer[];
  more: number;
  announcedBy: (head: Buffer) => number;
  resolve: (frames: Buffer[]) => void;
  reject: (error: unknown) => void;
}

/**
 * A process that reads foreign bytes, one file at a time. It has no environment, may read its own program and nothing else,
 * may write nothing, and gives way to whatever else runs. Whatever it does, it is killed after its time, or above its
 * memory, and ends with this process.
 */
export class ReaderProcess {
  /** How many files it was given. */
  files = 0;
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private readonly heard = new FrameReader(LARGEST_FORM);
  private expected: Expected | null = null;
  private killedFor: ReaderKilled | null = null;

  private constructor(
    script: ReaderScript,
    private readonly limits: ReaderLimits,
  ) {
    this.child = spawn(process.execPath, [...readerFlags(script), script.file, ...(script.argv ?? [])], {
      env: {},
      // What a library prints may be of somebody's file: nobody hears it.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.gone = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
    // A pipe to a process that has ended breaks; its exit tells of that.
    for (const pipe of [this.input, this.output]) pipe.on('error', () => undefined);
    this.output.on('data', (chunk: Buffer) => this.hear(chunk));
    this.child.on('error', (error) => this.expected?.reject(error));
    this.child.on('exit', (code, signal) => this.expected?.reject(this.killedFor ?? crash(code, signal)));
  }

  /** Resolves when it can be given a file. Rejects, with no particular error, where it can't be started. */
  static async start(script: ReaderScript, limits: ReaderLimits): Promise<ReaderProcess> {
    const reader = new ReaderProcess(script, limits);
    await reader.exchange([], () => 0);
    yieldToOthers(reader.pid!);
    return reader;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isAlive(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return pid !== undefined && exitCode === null && signalCode === null && !this.killedFor;
  }

  /**
   * What it says of one file: a head, and as many frames as `announcedBy` reads in it. Rejects with `ReaderKilled` where it
   * ends under this file, or says what can't be understood (`announcedBy` throws): then it has to be stopped.
   */
  async read(request: object, content: Buffer, announcedBy: (head: Buffer) => number): Promise<Buffer[]> {
    this.files++;
    return this.exchange([Buffer.from(JSON.stringify(request)), content], announcedBy);
  }

  /** Resolves when it is gone; any number of times. */
  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.gone;
  }

  private async exchange(said: Buffer[], announcedBy: Expected['announcedBy']): Promise<Buffer[]> {
    const { ms, memoryBytes } = this.limits;
    const timer = setTimeout(() => this.kill('took_too_long', `it took longer than ${ms} ms`), ms);
    const watch = every(LOOK_MS, async () => {
      const held = await residentBytes(this.pid!);
      if (held !== undefined && held > memoryBytes) this.kill('too_big', `it held ${held} bytes of memory`);
    });
    try {
      return await new Promise((resolve, reject) => {
        this.expected = { frames: [], more: 0, announcedBy, resolve, reject };
        if (this.pid !== undefined && !this.isAlive)
          reject(this.killedFor ?? crash(this.child.exitCode, this.child.signalCode));
        for (const frame of said) writeFrame(this.input, frame);
      });
    } finally {
      this.expected = null;
      clearTimeout(timer);
      await watch.stop();
    }
  }

  private hear(chunk: Buffer): void {
    try {
      for (const frame of this.heard.push(chunk)) this.take(frame);
    } catch {
      this.kill('damaged', 'what it said can’t be understood');
    }
  }

  private take(frame: Buffer): void {
    const { expected } = this;
    if (!expected) throw new Error('It was not asked.');
    if (expected.frames.length === 0) expected.more = expected.announcedBy(frame);
    else expected.more--;
    expected.frames.push(frame);
    if (expected.more > 0) return;
    this.expected = null;
    expected.resolve(expected.frames);
  }

  private kill(reason: ReaderKilled['reason'], why: string): void {
    this.killedFor ??= new ReaderKilled(reason, `The process that reads was killed: ${why}.`);
    this.child.kill('SIGKILL');
  }

  private get input(): Writable {
    return this.child.stdio[3] as Writable;
  }

  private get output(): Readable {
    return this.child.stdio[4] as Readable;
  }
}

function crash(code: number | null, signal: NodeJS.Signals | null): ReaderKilled {
  // V8 ends so where its heap is full.
  const reason = signal === 'SIGABRT' ? 'too_big' : 'damaged';
  return new ReaderKilled(reason, `The process that reads has ended: ${signal ?? `exit code ${code}`}.`);
}
