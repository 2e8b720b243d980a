import { toPage, decodeCursor, type Page, type PageRequest } from '../../../../libs/paging/index.js';
import { holdsPart } from '../user-search.js';
import { emailTaken, isActiveAdmin, lastAdmin } from '../user-rules.js';
import { UserStore, type Role, type User } from '../user-store.js';

/** Limit: one process, and gone with it, also who was the first. */
export class MemoryUserStore extends UserStore {
  private readonly users = new Map<string, User>();
  private readonly idByEmail = new Map<string, string>();
  private hadUser = false;

  async create(user: {
    id: string;
    name: string;
    email: string;
    passwordHash: string;
    role: Role | 'first';
  }): Promise<User> {
    const email = user.email.toLowerCase();
    if (this.idByEmail.has(email)) throw emailTaken();
    const role = user.role === 'first' ? (this.hadUser ? 'user' : 'admin') : user.role;
    const made: User = { ...user, email, role, disabled: false, deleting: false, createdAt: new Date() };
    this.users.set(made.id, made);
    this.idByEmail.set(email, made.id);
    this.hadUser = true;
    return { ...made };
  }

  async everHadUser(): Promise<boolean> {
    return this.hadUser;
  }

  async findById(id: string): Promise<User | null> {
    return this.copy(id);
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.copy(this.idByEmail.get(email.toLowerCase()));
  }

  async list({ limit, cursor }: PageRequest, q?: string): Promise<Page<User>> {
    const [afterMs, afterId] = cursor === undefined ? [-1, ''] : decodeCursor(cursor, ['number', 'string']);
    const isWanted = q === undefined ? () => true : holdsPart(q);
    const rows = [...this.users.values()]
      .filter(isWanted)
      .filter(({ createdAt, id }) => +createdAt > afterMs || (+createdAt === afterMs && id > afterId))
      .sort((a, b) => +a.createdAt - +b.createdAt || (a.id < b.id ? -1 : 1))
      .map((user) => ({ ...user }));
    return toPage(rows, limit, (last) => [+last.createdAt, last.id]);
  }

  async rename(id: string, name: string): Promise<User | null> {
    const user = this.users.get(id);
    if (user) user.name = name;
    return this.copy(id);
  }

  async setPasswordHash(id: string, passwordHash: string, expectedHash?: string): Promise<boolean> {
    const user = this.users.get(id);
    if (!user || (expectedHash !== undefined && user.passwordHash !== expectedHash)) return false;
    user.passwordHash = passwordHash;
    return true;
  }

  async change(id: string, change: { role?: Role; disabled?: boolean }): Promise<User | null> {
    const user = this.users.get(id);
    if (!user) return null;
    const next = { ...user, role: change.role ?? user.role, disabled: change.disabled ?? user.disabled };
    if (isActiveAdmin(user) && !isActiveAdmin(next) && !this.others(id).some(isActiveAdmin)) throw lastAdmin();
    this.users.set(id, next);
    return { ...next };
  }

  async markDeleting(id: string): Promise<boolean> {
    const user = this.users.get(id);
    if (!user) return false;
    const others = this.others(id).filter((other) => !other.deleting);
    if (isActiveAdmin(user) && others.length > 0 && !others.some(isActiveAdmin)) throw lastAdmin();
    user.deleting = true;
    return true;
  }

  async deleting(): Promise<User[]> {
    return [...this.users.values()].filter((user) => user.deleting).map((user) => ({ ...user }));
  }

  async remove(id: string): Promise<void> {
    const user = this.users.get(id);
    if (!user) return;
    this.users.delete(id);
    this.idByEmail.delete(user.email);
  }

  private others(id: string): User[] {
    return [...this.users.values()].filter((user) => user.id !== id);
  }

  private copy(id: string | undefined): User | null {
    const user = id === undefined ? undefined : this.users.get(id);
    return user ? { ...user } : null;
  }
}
