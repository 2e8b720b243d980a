import type { RedisClient, RedisScript } from '../../../../libs/redis/index.js';
import { CREATE, LIST, REMOVE, REMOVE_BY_USER, ROTATE, TOUCH } from './session-store.scripts.js';
import { SessionStore, type RotateResult, type Session } from '../session-store.js';

const WHAT = 'session store';
const FIELDS = ['user', 'created', 'used', 'expires', 'address', 'agent', 'token'] as const;

/** In the order of FIELDS; nulls: there is no such session. */
type Fields = string[];

/**
 * Sessions in Redis, which every instance reads at each request: one HMGET. What writes is a script.
 *
 * All of them lie on one node of a cluster: a session is found by its id as well as by its user, and both must change in
 * one step. One node answers far more reads than there are requests.
 */
export class RedisSessionStore extends SessionStore {
  private readonly sessions: string;
  private readonly users: string;
  private readonly scripts: Record<
    'create' | 'rotate' | 'touch' | 'list' | 'remove' | 'removeByUser',
    RedisScript<unknown>
  >;

  constructor(private readonly redis: RedisClient) {
    super();
    const tag = redis.tagged('sessions');
    this.sessions = `${tag}:s:`;
    this.users = `${tag}:u:`;
    this.scripts = {
      create: redis.script(CREATE),
      rotate: redis.script(ROTATE),
      touch: redis.script(TOUCH),
      list: redis.script(LIST),
      remove: redis.script(REMOVE),
      removeByUser: redis.script(REMOVE_BY_USER),
    };
  }

  async create({
    id,
    userId,
    createdAt,
    lastUsedAt,
    expiresAt,
    address,
    userAgent,
    usedToken,
  }: Session): Promise<void> {
    const times = [+createdAt, +lastUsedAt, +expiresAt];
    await this.call('create', this.sessions + id, this.users, id, userId, ...times, address, userAgent, usedToken);
  }

  async get(id: string): Promise<Session | null> {
    const fields = await this.redis.run(WHAT, () => this.redis.commands.hmget(this.sessions + id, ...FIELDS));
    return fields[0] === null ? null : toSession(id, fields as Fields);
  }

  async rotate(id: string, token: number, graceMs: number, expiresAt: Date, who: string): Promise<RotateResult> {
    const args = [this.users, id, token, graceMs, +expiresAt, who];
    const result = await this.call<[Fields, number, number] | 'reused' | 'shared' | null>(
      'rotate',
      this.sessions + id,
      ...args,
    );
    if (!Array.isArray(result)) return result;
    const [fields, shared, ahead] = result;
    return { session: toSession(id, fields), shared: shared === 1, ahead: ahead === 1 };
  }

  async touch(id: string): Promise<void> {
    await this.call('touch', this.sessions + id);
  }

  async listByUser(userId: string): Promise<Session[]> {
    const found = await this.call<Array<[string, Fields]>>('list', this.users + userId, this.sessions);
    return found
      .map(([id, fields]) => toSession(id, fields))
      .sort((a, b) => +b.createdAt - +a.createdAt || (a.id < b.id ? 1 : -1));
  }

  async remove(id: string): Promise<boolean> {
    return (await this.call('remove', this.sessions + id, this.users, id)) === 1;
  }

  async removeByUser(userId: string, exceptId?: string): Promise<string[]> {
    return this.call('removeByUser', this.users + userId, this.sessions, exceptId ?? '');
  }

  /** Nothing is left to do: Redis drops what has expired. */
  async prune(): Promise<void> {}

  private async call<T>(script: keyof typeof this.scripts, ...args: Array<string | number>): Promise<T> {
    return (await this.redis.run(WHAT, () => this.scripts[script].run(...args))) as T;
  }
}

function toSession(id: string, [userId, created, used, expires, address, userAgent, token]: Fields): Session {
  return {
    id,
    userId,
    createdAt: new Date(Number(created)),
    lastUsedAt: new Date(Number(used)),
    expiresAt: new Date(Number(expires)),
    address,
    userAgent,
    usedToken: Number(token),
  };
}
