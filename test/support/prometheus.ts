import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './redis.js';

const shipped = resolve(__dirname, '../../deploy');

export interface Sample {
  metric: Record<string, string>;
  value: [time: number, value: string];
}

/** The real Prometheus with the configuration and the rules that are shipped, in a folder of our own, and in a hurry. */
export class Prometheus {
  private child: ChildProcess | undefined;
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-prometheus-'));
  private said = '';
  url = '';

  /** `any`: an address that answers for all. `each`: the addresses of all instances. */
  static async start(any: string, each: string[], token: string): Promise<Prometheus> {
    const prometheus = new Prometheus();
    try {
      await prometheus.run(any, each, token);
      return prometheus;
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
  }

  /** Answers of the HTTP API; rejects with its error. */
  async get(path: string, query: Record<string, string> = {}): Promise<any> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(query)}`);
    const body = (await response.json()) as any;
    if (body.status !== 'success') throw new Error(`${JSON.stringify(query)}: ${body.error}`);
    return body.data;
  }

  /** An instant query for a vector; a number by itself has no labels. */
  async query(expr: string): Promise<Sample[]> {
    const { resultType, result } = await this.get('query', { query: expr });
    return resultType === 'scalar' ? [{ metric: {}, value: result }] : result;
  }

  /** Any number of times. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async run(any: string, each: string[], token: string): Promise<void> {
    const { folder } = this;
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'token'), token, { mode: 0o600 });
    const quoted = each.map((address) => `'${address}'`).join(', ');
    // Only where things are and how often, never what.
    const config = readFileSync(join(shipped, 'compose/prometheus.yml'), 'utf8')
      .replace("['nginx:80']", `['${any}']`)
      .replace("['app-1:3080', 'app-2:3080', 'worker:3080']", `[${quoted}]`)
      .replaceAll('/run/secrets/METRICS_TOKEN', join(folder, 'token'))
      .replaceAll('/etc/parley/', `${folder}/`)
      .replace(/_interval: 15s/g, '_interval: 1s');
    writeFileSync(join(folder, 'prometheus.yml'), config);
    cpSync(join(shipped, 'prometheus/parley.rules.yml'), join(folder, 'parley.rules.yml'));
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.child = child;
    child.stderr.on('data', (chunk) => (this.said += chunk));
    child.on('error', (error) => (this.said += String(error)));
    await eventually(async () => {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`Prometheus ended: ${this.said}`);
      return fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }
}
