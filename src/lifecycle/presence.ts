import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type Instance, InstanceRegistry } from '../../libs/cluster/index.js';
import { version } from '../config/version.js';
import { Lifecycle } from './lifecycle.js';

/** Keeps this process on the list of instances while it serves, and tells there when it drains. */
@Injectable()
export class Presence implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger(Presence.name);

  constructor(
    private readonly registry: InstanceRegistry,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    // A list that is away is no reason not to serve: the entry follows when it is back.
    this.lifecycle.onServe(() => this.registry.enter(this.self()).catch(this.warn));
    this.lifecycle.onDrain(() => this.registry.update({ draining: true }).catch(this.warn));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.registry.leave().catch(this.warn);
  }

  private self(): Instance {
    const { instance: id, startedAt } = this.lifecycle;
    return { id, pid: process.pid, version: version(), startedAt, works: true, draining: false };
  }

  private readonly warn = (error: unknown): void => {
    this.log.warn(`the list of instances does not answer: ${String(error)}`);
  };
}
