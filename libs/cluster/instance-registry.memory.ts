import { type Instance, InstanceRegistry } from './instance-registry.js';

/** There is only this process. */
export class MemoryInstanceRegistry extends InstanceRegistry {
  private self: Instance | undefined;

  async enter(instance: Instance): Promise<void> {
    this.self = { ...instance };
  }

  async update(change: Partial<Omit<Instance, 'id'>>): Promise<void> {
    if (this.self) Object.assign(this.self, change);
  }

  async list(): Promise<Instance[]> {
    return this.self ? [{ ...this.self }] : [];
  }

  async leave(): Promise<void> {
    this.self = undefined;
  }

  async close(): Promise<void> {
    this.self = undefined;
  }
}
