import { judgeToken } from './rotation.js';
import { SessionStore, type RotateResult, type Session } from './session-store.js';

/** `usedAt`: ms, when `usedToken` was first presented. */
type Kept = Session & { usedAt: number };

/** Limit: one process; when it ends, everybody logs in again. */
export class MemorySessionStore extends SessionStore {
  private readonly sessions = new Map<string, Kept>();
  private readonly idsByUser = new Map<string, Set<string>>();

  async create(session: Session): Promise<void> {
    this.sessions.set(session.id, { ...session, usedAt: 0 });
    const ids = this.idsByUser.get(session.userId);
    if (ids) ids.add(session.id);
    else this.idsByUser.set(session.userId, new Set([session.id]));
  }

  async get(id: string): Promise<Session | null> {
    const session = this.alive(id);
    return session ? toSession(session) : null;
  }

  async rotate(id: string, token: number, graceMs: number, expiresAt: Date): Promise<RotateResult> {
    const session = this.alive(id);
    if (!session) return null;
    const now = Date.now();
    const verdict = judgeToken(token, session, graceMs, now);
    if (verdict === 'reused') {
      this.drop(session);
      return 'reused';
    }
    if (verdict === 'first use') {
      session.usedToken = token;
      session.usedAt = now;
    }
    session.lastUsedAt = new Date(now);
    session.expiresAt = expiresAt;
    return { session: toSession(session) };
  }

  async touch(id: string): Promise<void> {
    const session = this.alive(id);
    if (session) session.lastUsedAt = new Date();
  }

  async listByUser(userId: string): Promise<Session[]> {
    return this.ofUser(userId)
      .sort((a, b) => +b.createdAt - +a.createdAt || (a.id < b.id ? 1 : -1))
      .map(toSession);
  }

  async remove(id: string): Promise<boolean> {
    const session = this.alive(id);
    if (session) this.drop(session);
    return session !== undefined;
  }

  async removeByUser(userId: string, exceptId?: string): Promise<string[]> {
    const gone = this.ofUser(userId).filter(({ id }) => id !== exceptId);
    gone.forEach((session) => this.drop(session));
    return gone.map(({ id }) => id);
  }

  async prune(): Promise<void> {
    for (const id of [...this.sessions.keys()]) this.alive(id);
  }

  private ofUser(userId: string): Kept[] {
    return [...(this.idsByUser.get(userId) ?? [])]
      .map((id) => this.alive(id))
      .filter((session) => session !== undefined);
  }

  /** The session, unless it has expired: then it is dropped. */
  private alive(id: string): Kept | undefined {
    const session = this.sessions.get(id);
    if (!session || +session.expiresAt > Date.now()) return session;
    this.drop(session);
    return undefined;
  }

  private drop({ id, userId }: Kept): void {
    this.sessions.delete(id);
    const ids = this.idsByUser.get(userId);
    ids?.delete(id);
    if (ids?.size === 0) this.idsByUser.delete(userId);
  }
}

function toSession({ usedAt: _, ...session }: Kept): Session {
  return session;
}
