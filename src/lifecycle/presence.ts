import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Instance, InstanceRegistry } from '../../libs/cluster/index.js';
import { version } from '../config/version.js';
import { Lifecycle } from './lifecycle.js';

/** Keeps this process on the list of instances while it serves; closing the list takes it off. */
@Injectable()
export class Presence implements OnApplicationBootstrap {
  private readonly log = new Logger(Presence.name);

  constructor(
    private readonly registry: InstanceRegistry,
    private readonly lifecycle: Lifecycle,
  ) {
    // Here, before any other step is added: the others have to know at once.
    lifecycle.onDrain(() => registry.update({ draining: true }).catch(this.warn));
  }

  /** The last step of serving: who is listed can be asked. */
  onApplicationBootstrap(): void {
    // A list that is away is no reason not to serve: the entry follows when it is back.
    this.lifecycle.onServe(() => this.registry.enter(this.self()).catch(this.warn));
  }

  private self(): Instance {
    const { instance: id, startedAt } = this.lifecycle;
    return { id, pid: process.pid, version: version(), startedAt, works: true, draining: false };
  }

  private readonly warn = (error: unknown): void => {
    this.log.warn(`the list of instances does not answer: ${String(error)}`);
  };
}
