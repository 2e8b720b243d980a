import type { mongo } from 'mongoose';
import type { MongoCollection, MongoDatabase } from '../../../../libs/mongo/index.js';
import { AccountsDocument, accountsSchema, type UserDocument } from './user-documents.js';
import { isActiveAdmin, lastAdmin } from '../user-rules.js';
import type { Role } from '../user-store.js';

type Users = mongo.Collection<UserDocument>;
const ACTIVE_ADMIN = { role: 'admin', disabled: false, deleting: false } as const;

/**
 * That somebody can always administer, in MongoDB: the one place with a transaction. The rule is over all accounts ("is
 * there another admin?"), the change is to one, and two admins who resign at the same moment on two instances each see the
 * other. A list of admins beside the accounts, written first or last, would need repair whenever a process dies between
 * both writes, and the repair itself would race with who resigns. All such changes also write one common document: of two
 * at once one meets the other there and begins anew, seeing what that one did. They are rare.
 *
 * A change is idempotent, so one whose outcome is unknown is made again.
 */
export class AdminGuard {
  private readonly accounts: MongoCollection<AccountsDocument>;

  constructor(
    private readonly database: MongoDatabase,
    private readonly users: MongoCollection<UserDocument>,
  ) {
    this.accounts = database.collection<AccountsDocument>('accounts', accountsSchema);
  }

  /** Null: no such account. Refuses with `last_admin`. */
  async change(id: string, change: { role?: Role; disabled?: boolean }): Promise<UserDocument | null> {
    return this.alone(id, async (user, users, session) => {
      const next = { ...user, role: change.role ?? user.role, disabled: change.disabled ?? user.disabled };
      const resigns = isActiveAdmin(user) && !isActiveAdmin(next);
      if (resigns && !(await hasOther(users, id, ACTIVE_ADMIN, session))) throw lastAdmin();
      const { role, disabled } = next;
      await users.updateOne({ _id: id }, { $set: { role, disabled } }, { session });
      return next;
    });
  }

  /** False: no such account. Refuses with `last_admin` where others would remain. */
  async markDeleting(id: string): Promise<boolean> {
    const marked = await this.alone(id, async (user, users, session) => {
      const isLast = isActiveAdmin(user) && !(await hasOther(users, id, ACTIVE_ADMIN, session));
      if (isLast && (await hasOther(users, id, { deleting: false }, session))) throw lastAdmin();
      await users.updateOne({ _id: id }, { $set: { deleting: true } }, { session });
      return true;
    });
    return marked ?? false;
  }

  /** Meets every other such change at the common document, then reads. */
  private async alone<R>(
    id: string,
    change: (user: UserDocument, users: Users, session: mongo.ClientSession) => Promise<R>,
  ): Promise<R | null> {
    return this.database.transaction(async (db, session) => {
      const meet = { $inc: { changes: 1 } };
      await this.accounts.of(db).updateOne({ _id: 'admins' }, meet, { upsert: true, session });
      const users = this.users.of(db);
      const user = await users.findOne({ _id: id }, { session });
      return user && change(user, users, session);
    });
  }
}

async function hasOther(
  users: Users,
  id: string,
  filter: mongo.Filter<UserDocument>,
  session: mongo.ClientSession,
): Promise<boolean> {
  return (await users.findOne({ ...filter, _id: { $ne: id } }, { projection: { _id: 1 }, session })) !== null;
}
