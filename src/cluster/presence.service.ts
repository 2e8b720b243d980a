import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { every, type Ticker } from '../../libs/async/index.js';
import { type Instance, InstanceRegistry } from '../../libs/cluster/index.js';
import { Config } from '../config/config.js';
import { version } from '../config/version.js';
import { JOB_FORM, QUEUE_FORM, ROW_FORM, upgrading } from '../lifecycle/forms.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';

const LOOK_MS = 2000;
/** How old the list may be by which an instance is looked up. */
const LIST_MS = 1000;
/** Without a worker for so long nobody can expect an answer. */
const NO_WORKER_MS = 30_000;

/**
 * This process among the others: keeps it on the list of instances while it serves, tells that it drains, and knows who
 * else is there. Closing the list takes it off.
 */
@Injectable()
export class Presence implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(Presence.name);
  private ticker: Ticker | undefined;
  private workerSeenAt = performance.now();
  private allAreFull = false;
  private listed: { at: number; list: Promise<Instance[]> } | undefined;

  constructor(
    private readonly registry: InstanceRegistry,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {
    // Here, before any other step is added: the others have to know at once.
    lifecycle.onDrain(() => registry.update({ draining: true }).catch(this.warn));
  }

  /** The last step of serving: who is listed can be asked. */
  onApplicationBootstrap(): void {
    this.lifecycle.onServe(() => this.enter());
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  /** Whether another process takes questions. False where that can't be known. */
  async othersServe(): Promise<boolean> {
    const others = await this.others().catch(() => []);
    return others.some(({ draining }) => !draining);
  }

  /**
   * Refuses rows of a form that an instance which is up does not know, by the list of a second ago at most: `upgrading`
   * (503). Rejects with `dependency_down` where that can't be known.
   */
  async requireRowForm(needs: number): Promise<void> {
    if (needs <= 1) return;
    const others = await this.recent();
    if (others.some(({ knows }) => (knows?.rows ?? 1) < needs)) throw upgrading();
  }

  /** Whether another instance is up, by the list of a second ago at most. Rejects where that can't be known. */
  async lives(instance: string): Promise<boolean> {
    return (await this.recent()).some(({ id }) => id === instance);
  }

  private async recent(): Promise<Instance[]> {
    if (!this.listed || performance.now() - this.listed.at > LIST_MS) {
      this.listed = { at: performance.now(), list: this.others() };
    }
    return this.listed.list.catch((error: unknown) => {
      this.listed = undefined;
      throw error;
    });
  }

  /** Whether an instance is up whose queues are those of builds before. Rejects where that can't be known. */
  async seesFormerQueues(): Promise<boolean> {
    return (await this.others()).some(({ knows }) => (knows?.queues ?? 1) < QUEUE_FORM);
  }

  /** False where no process that writes answers was seen for 30 s. */
  get hasWorker(): boolean {
    return this.works || performance.now() - this.workerSeenAt < NO_WORKER_MS;
  }

  /** Whether all other processes that write answers have what they can carry, as was seen 2 s ago. Only known to `ROLE=web`. */
  get workersAreFull(): boolean {
    return this.allAreFull;
  }

  /** Tells the others whether this process writes as many answers as it can carry. */
  async tellFull(full: boolean): Promise<void> {
    await this.registry.update({ full }).catch(this.warn);
  }

  private get works(): boolean {
    return this.config.ROLE !== 'web';
  }

  private async enter(): Promise<void> {
    const { instance: id, startedAt } = this.lifecycle;
    const known = { version: version(), knows: { rows: ROW_FORM, jobs: JOB_FORM, queues: QUEUE_FORM } };
    const self = { id, pid: process.pid, ...known, startedAt, works: this.works, draining: false };
    // A list that is away is no reason not to serve: the entry follows when it is back.
    await this.registry.enter(self).catch(this.warn);
    if (this.works) return;
    this.workerSeenAt = performance.now();
    this.ticker = every(LOOK_MS, () => this.lookForWorkers());
  }

  /** A list that is away tells nothing of the workers. */
  private async lookForWorkers(): Promise<void> {
    const others = await this.others().catch(() => undefined);
    const workers = others?.filter(({ works }) => works);
    if (workers?.length !== 0) this.workerSeenAt = performance.now();
    this.allAreFull = workers !== undefined && workers.length > 0 && workers.every(({ full }) => full);
  }

  private async others(): Promise<Instance[]> {
    return (await this.registry.list()).filter(({ id }) => id !== this.lifecycle.instance);
  }

  private readonly warn = (error: unknown): void => {
    this.log.warn(`the list of instances does not answer: ${String(error)}`);
  };
}
