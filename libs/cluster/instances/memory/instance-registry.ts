import { type Instance, InstanceRegistry } from '../instance-registry.js';

/** Limit: one process, whose end takes the list with it; so no entry ever runs out. */
export class MemoryInstanceRegistry extends InstanceRegistry {
  private id: string | undefined;

  /** `entries`: by id; those who share it see each other. */
  constructor(private readonly entries = new Map<string, Instance>()) {
    super();
  }

  async enter(instance: Instance): Promise<void> {
    await this.leave();
    this.id = instance.id;
    this.entries.set(instance.id, { ...instance });
  }

  async update(change: Partial<Omit<Instance, 'id'>>): Promise<void> {
    const entry = this.id !== undefined && this.entries.get(this.id);
    if (entry) Object.assign(entry, change);
  }

  async list(): Promise<Instance[]> {
    return [...this.entries.values()].map((entry) => ({ ...entry })).sort((a, b) => a.startedAt - b.startedAt);
  }

  async leave(): Promise<void> {
    if (this.id !== undefined) this.entries.delete(this.id);
    this.id = undefined;
  }

  async close(): Promise<void> {
    await this.leave();
  }
}
