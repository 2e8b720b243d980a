import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Instance, InstanceRegistry } from '../../libs/cluster/index.js';
import { Config } from '../config/config.js';
import { version } from '../config/version.js';
import { Lifecycle } from './lifecycle.js';

const LOOK_MS = 2000;
/** Without a worker for so long nobody can expect an answer. */
const NO_WORKER_MS = 30_000;

/** This process among the others: enters it, tells that it drains, and knows who else is there. */
@Injectable()
export class Presence implements OnApplicationShutdown {
  private readonly log = new Logger(Presence.name);
  private timer: NodeJS.Timeout | undefined;
  private workerSeenAt = Date.now();

  constructor(
    private readonly registry: InstanceRegistry,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {
    lifecycle.onServe(() => this.enter());
    lifecycle.onDrain(async () => this.registry.update({ draining: true }));
  }

  /** Whether another process takes questions. False where that can't be known. */
  async othersServe(): Promise<boolean> {
    const others = await this.others().catch(() => []);
    return others.some(({ draining }) => !draining);
  }

  /** False where no process that writes answers was seen for 30 s. */
  get hasWorker(): boolean {
    return this.config.ROLE !== 'web' || Date.now() - this.workerSeenAt < NO_WORKER_MS;
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.registry.leave().catch((error: unknown) => this.log.warn(`leaving: ${String(error)}`));
  }

  private async enter(): Promise<void> {
    const { instance, startedAt } = this.lifecycle;
    const works = this.config.ROLE !== 'web';
    await this.registry.enter({
      id: instance,
      pid: process.pid,
      version: version(),
      startedAt,
      works,
      draining: false,
    });
    this.workerSeenAt = Date.now();
    if (works) return;
    this.timer = setInterval(() => void this.lookForWorkers(), LOOK_MS);
    this.timer.unref();
  }

  /** A registry that is away tells nothing of the workers. */
  private async lookForWorkers(): Promise<void> {
    const works = await this.others().then(
      (others) => others.some((other) => other.works),
      () => true,
    );
    if (works) this.workerSeenAt = Date.now();
  }

  private async others(): Promise<Instance[]> {
    return (await this.registry.list()).filter(({ id }) => id !== this.lifecycle.instance);
  }
}
