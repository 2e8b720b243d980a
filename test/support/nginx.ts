import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';
import { makeCertificate } from './certificate.js';
import { freePort } from './redis.js';

const shipped = resolve(__dirname, '../../deploy/nginx');

/**
 * The real nginx (from PATH) with the files of `deploy/nginx`, as they are shipped but for addresses and paths: ports of
 * our own on loopback, everything it reads and writes in a folder of our own.
 */
export class Nginx {
  private child: ChildProcess | undefined;
  /** What it wrote to its log of errors and warnings. */
  complaints = '';
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-nginx-'));
  /** Of the site that is started; with TLS it is the https one. */
  url = '';
  /** Of the site without TLS, or of the redirect. */
  plainUrl = '';
  certificate = '';

  private constructor(
    private readonly upstreams: string[],
    private readonly spoil: (text: string) => string,
  ) {}

  /**
   * `upstreams`: addresses with ports. `spoil`: what an operator got wrong, done to each file. Rejects, with nginx' own
   * words, where it does not start.
   */
  static async start(upstreams: string[], { tls = false, spoil = (text: string) => text } = {}): Promise<Nginx> {
    const nginx = new Nginx(upstreams, spoil);
    try {
      await nginx.run(tls);
      return nginx;
    } catch (error) {
      await nginx.stop();
      throw error;
    }
  }

  /** Closes the house, or opens it again. */
  set maintenance(on: boolean) {
    const file = join(this.folder, 'parley', 'maintenance.on');
    if (on) writeFileSync(file, '');
    else rmSync(file, { force: true });
  }

  /** Where `/srv/parley` is. */
  get files(): string {
    return join(this.folder, 'srv');
  }

  get log(): string {
    return readFileSync(join(this.folder, 'access.log'), 'utf8');
  }

  /** Any number of times. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async run(tls: boolean): Promise<void> {
    const [plain, secure] = [await freePort(), await freePort()];
    this.plainUrl = `http://127.0.0.1:${plain}`;
    this.url = tls ? `https://127.0.0.1:${secure}` : this.plainUrl;
    this.layOut(tls ? 'site-tls.conf' : 'site-http.conf', plain, secure);
    const args = ['-p', this.folder, '-c', join(this.folder, 'nginx.conf')];
    const tried = spawnSync('nginx', ['-t', ...args], { encoding: 'utf8', timeout: 240_000 });
    if (tried.status !== 0) throw new Error(`nginx does not take its configuration: ${tried.error ?? tried.stderr}`);
    const child = spawn('nginx', [...args, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    child.stderr.on('data', (chunk) => (this.complaints += chunk));
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${this.complaints}`);
      return fetch(this.plainUrl, { redirect: 'manual' }).then(
        () => true,
        () => false,
      );
    });
  }

  private layOut(site: string, plain: number, secure: number): void {
    const { folder } = this;
    // Where this is root's, nginx' workers are not.
    chmodSync(folder, 0o755);
    for (const name of ['conf.d', 'srv', 'tls']) mkdirSync(join(folder, name));
    cpSync(join(shipped, 'parley'), join(folder, 'parley'), { recursive: true });
    cpSync(join(shipped, 'nginx.conf'), join(folder, 'nginx.conf'));
    cpSync(join(shipped, site), join(folder, 'conf.d', 'parley.conf'));
    const { certificate, key } = makeCertificate();
    this.certificate = certificate;
    writeFileSync(join(folder, 'tls', 'fullchain.pem'), certificate);
    writeFileSync(join(folder, 'tls', 'privkey.pem'), key, { mode: 0o600 });
    const files = ['hosts', 'http', 'locations', 'own', 'proxy', 'upstream'].map((name) => `parley/${name}.conf`);
    for (const file of ['nginx.conf', 'conf.d/parley.conf', ...files]) this.adapt(join(folder, file), plain, secure);
  }

  /** Only where things are, never what they do. */
  private adapt(file: string, plain: number, secure: number): void {
    const servers = this.upstreams.map((address) => `server ${address} max_fails=3 fail_timeout=5s;`).join('\n');
    const text = readFileSync(file, 'utf8')
      .replace(/^ *listen \[::\].*\n/gm, '')
      .replace('listen 80 ', `listen 127.0.0.1:${plain} `)
      .replace('listen 443 ', `listen 127.0.0.1:${secure} `)
      .replace(/^ *server 127\.0\.0\.1:3080 .*$/m, servers)
      .replace(/\/tmp\/|\/var\/log\/nginx\/|\/etc\/nginx\/(?!mime)/g, `${this.folder}/`)
      .replaceAll('/srv/parley', this.files)
      // Fewer than a server has, for a test's limit of open files.
      .replace('worker_processes auto', 'worker_processes 2')
      .replace('worker_connections 16384', 'worker_connections 1024')
      .replace(/^worker_rlimit_nofile.*$/m, '');
    writeFileSync(file, this.spoil(text));
  }
}
