// Profiles server processes while something is measured.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readProfiles, sharesOf } from './shares.mjs';

export class Profiler {
  /** `kind`: cpu or heap. The profiles stay in `folder`, for a browser's developer tools. */
  constructor(kind, folder) {
    Object.assign(this, { kind, folder });
    mkdirSync(folder, { recursive: true });
  }

  /** What a server process needs in its environment. */
  get env() {
    const hook = pathToFileURL(join(import.meta.dirname, 'hook.mjs'));
    return { NODE_OPTIONS: `--import ${hook}`, PROFILE: this.kind, PROFILE_DIR: this.folder };
  }

  start(pids) {
    this.before = this.#files();
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
  }

  /** Shares of all processes together. */
  async stop(pids) {
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
    for (let i = 0; i < 300; i++) {
      await sleep(100);
      const files = this.#files().filter((file) => !this.before.includes(file));
      if (files.length < pids.length) continue;
      await sleep(500);
      return { files, ...sharesOf(readProfiles(files.map((file) => join(this.folder, file)))) };
    }
    throw new Error('no profile was written');
  }

  #files() {
    return readdirSync(this.folder).filter((name) => name.endsWith('profile'));
  }
}
