import { IdempotencyKeys, KEY_LIFE_MS, type AskIds, type KeyRecord } from '../idempotency-keys.js';

/** `claimedAt`: ms since 1970. */
type Kept = Omit<KeyRecord, 'ageMs'> & { claimedAt: number };

/** Limit: one process; when it ends, a repeat is a new question. */
export class MemoryIdempotencyKeys extends IdempotencyKeys {
  private readonly users = new Map<string, Map<string, Kept>>();
  /** The few among all that were never accepted, in the order of their claims: the sweep looks at them all the time. */
  private readonly waiting = new Set<Kept>();

  async claim(userId: string, key: string, fingerprint: string, ids: AskIds): Promise<KeyRecord | null> {
    const standing = this.alive(userId, key);
    if (standing) return toRecord(standing);
    const kept = { userId, key, fingerprint, ids: { ...ids }, accepted: false, claimedAt: Date.now() };
    const keys = this.users.get(userId);
    if (keys) keys.set(key, kept);
    else this.users.set(userId, new Map([[key, kept]]));
    this.waiting.add(kept);
    return null;
  }

  async get(userId: string, key: string): Promise<KeyRecord | null> {
    const kept = this.alive(userId, key);
    return kept ? toRecord(kept) : null;
  }

  async takeOver(userId: string, key: string, minAgeMs: number): Promise<boolean> {
    const kept = this.alive(userId, key);
    if (!kept || kept.accepted || ageOf(kept) < minAgeMs) return false;
    kept.claimedAt = Date.now();
    this.waiting.delete(kept);
    this.waiting.add(kept);
    return true;
  }

  async accept(userId: string, key: string, messageId: string): Promise<void> {
    const kept = this.alive(userId, key);
    if (kept?.ids.messageId !== messageId) return;
    kept.accepted = true;
    this.waiting.delete(kept);
  }

  async free(userId: string, key: string, messageId: string, minAgeMs = 0): Promise<void> {
    const kept = this.alive(userId, key);
    if (kept?.ids.messageId === messageId && !kept.accepted && ageOf(kept) >= minAgeMs) this.drop(kept);
  }

  async unaccepted(olderThanMs: number, limit: number): Promise<KeyRecord[]> {
    const found: KeyRecord[] = [];
    for (const kept of this.waiting) {
      if (found.length >= limit) break;
      const record = toRecord(kept);
      if (record.ageMs >= olderThanMs && record.ageMs < KEY_LIFE_MS) found.push(record);
    }
    return found;
  }

  async removeByUser(userId: string): Promise<void> {
    for (const kept of [...(this.users.get(userId)?.values() ?? [])]) this.drop(kept);
  }

  async prune(): Promise<void> {
    for (const [userId, keys] of [...this.users]) for (const key of [...keys.keys()]) this.alive(userId, key);
  }

  /** What stands under a key, unless it has expired: then it is dropped. */
  private alive(userId: string, key: string): Kept | undefined {
    const kept = this.users.get(userId)?.get(key);
    if (!kept || ageOf(kept) < KEY_LIFE_MS) return kept;
    this.drop(kept);
    return undefined;
  }

  private drop(kept: Kept): void {
    this.waiting.delete(kept);
    const keys = this.users.get(kept.userId);
    keys?.delete(kept.key);
    if (keys?.size === 0) this.users.delete(kept.userId);
  }
}

/** Never negative, though the clock may be set back. */
function ageOf({ claimedAt }: Kept): number {
  return Math.max(0, Date.now() - claimedAt);
}

function toRecord(kept: Kept): KeyRecord {
  const { claimedAt: _, ...record } = kept;
  return { ...record, ids: { ...kept.ids }, ageMs: ageOf(kept) };
}
