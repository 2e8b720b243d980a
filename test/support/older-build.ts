import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** A release as it was built, beside the packages of today: see `test/deploy/long/builds`. */
export class OlderBuild {
  private readonly folder = mkdtempSync(join(tmpdir(), 'parley-older-'));

  constructor(version: string) {
    const file = join(root, `test/deploy/long/builds/${version}.tar.gz`);
    execFileSync('tar', ['xzf', file, '-C', this.folder]);
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** For `Server.start`. */
  get dist(): string {
    return join(this.folder, 'dist');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
