import type { StoredFile } from '../file.js';
import { RESERVATION_LIFE_MS, Reservations, type UploadLimits } from '../reservations.js';
import type { FileMemory, Reserved } from './file-memory.js';

export class MemoryReservations extends Reservations {
  constructor(private readonly memory: FileMemory) {
    super();
  }

  async reserve(
    userId: string,
    id: string,
    bytes: number,
    { quota, atOnce }: UploadLimits,
  ): Promise<'reserved' | 'quota' | 'at_once'> {
    const living = this.living(userId);
    if (living.has(id)) return 'reserved';
    if (living.size >= atOnce) return 'at_once';
    if (this.used(userId) + sumOf(living) + bytes > quota) return 'quota';
    this.memory.reserved.set(userId, living.set(id, { bytes, touchedAt: Date.now() }));
    return 'reserved';
  }

  async renew(userId: string, id: string): Promise<void> {
    const reserved = this.living(userId).get(id);
    if (reserved) reserved.touchedAt = Date.now();
  }

  async release(userId: string, id: string): Promise<void> {
    const living = this.living(userId);
    living.delete(id);
    if (living.size > 0) this.memory.reserved.set(userId, living);
    else this.memory.reserved.delete(userId);
  }

  async insert(file: StoredFile, quota: number): Promise<'inserted' | 'quota' | 'no_content'> {
    if (this.memory.files.has(file.id)) return 'inserted';
    const content = this.memory.contents.get(file.contentId);
    if (!content || content.deleting) return 'no_content';
    const living = this.living(file.userId);
    const own = living.get(file.id);
    living.delete(file.id);
    const fits = (own && file.size <= own.bytes) || this.used(file.userId) + sumOf(living) + file.size <= quota;
    if (!fits) return 'quota';
    content.dueAt = null;
    this.memory.put(file);
    await this.release(file.userId, file.id);
    return 'inserted';
  }

  async usedBytes(userId: string): Promise<number> {
    return this.used(userId);
  }

  async forget(userId: string): Promise<void> {
    this.memory.reserved.delete(userId);
  }

  private used(userId: string): number {
    return this.memory.ofUser(userId).reduce((sum, { size }) => sum + size, 0);
  }

  private living(userId: string): Map<string, Reserved> {
    const since = Date.now() - RESERVATION_LIFE_MS;
    return new Map([...(this.memory.reserved.get(userId) ?? [])].filter(([, { touchedAt }]) => touchedAt > since));
  }
}

function sumOf(reserved: Map<string, Reserved>): number {
  return [...reserved.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}
