import { isAhead, present, UNUSED, type Use } from '../rotation.js';
import { SessionStore, type RotateResult, type Session } from '../session-store.js';

type Kept = Session & Use;

/** Limit: one process; when it ends, everybody logs in again. */
export class MemorySessionStore extends SessionStore {
  private readonly sessions = new Map<string, Kept>();
  private readonly idsByUser = new Map<string, Set<string>>();

  async create(session: Session): Promise<void> {
    this.sessions.set(session.id, { ...UNUSED, ...session });
    const ids = this.idsByUser.get(session.userId);
    if (ids) ids.add(session.id);
    else this.idsByUser.set(session.userId, new Set([session.id]));
  }

  async get(id: string): Promise<Session | null> {
    const session = this.alive(id);
    return session ? toSession(session) : null;
  }

  async rotate(id: string, token: number, graceMs: number, expiresAt: Date, who: string): Promise<RotateResult> {
    const session = this.alive(id);
    if (!session) return null;
    const now = Date.now();
    const use = present(token, who, session, graceMs, now);
    if (typeof use === 'string') {
      this.drop(session);
      return use;
    }
    const [shared, ahead] = [use.shared > session.shared, isAhead(token, session)];
    Object.assign(session, use, { lastUsedAt: new Date(now), expiresAt });
    return { session: toSession(session), shared, ahead };
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

function toSession({ usedAt: _at, usedBy: _by, shared: _shared, sharedToken: _token, ...session }: Kept): Session {
  return session;
}
