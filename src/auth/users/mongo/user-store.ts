import type { mongo } from 'mongoose';
import { RetryableError, isDuplicate, type MongoCollection, type MongoDatabase } from '../../../../libs/mongo/index.js';
import { decodeCursor, toPage, type Page, type PageRequest } from '../../../../libs/paging/index.js';
import { AdminGuard } from './admin-guard.js';
import { docToUser, UserDocument, userSchema } from './user-documents.js';
import { FirstUser } from './first-user.js';
import { emailTaken } from '../user-rules.js';
import { partPattern } from '../user-search.js';
import { UserStore, type Role, type User } from '../user-store.js';

const AFTER = { returnDocument: 'after' } as const;

export class MongoUserStore extends UserStore {
  private readonly users: MongoCollection<UserDocument>;
  private readonly first: FirstUser;
  private readonly admins: AdminGuard;

  /** `database`: of its own, where accounts are kept apart from conversations. */
  constructor(database: MongoDatabase) {
    super();
    this.users = database.collection<UserDocument>('users', userSchema);
    this.first = new FirstUser(database, this.users);
    this.admins = new AdminGuard(database, this.users);
  }

  async create(user: {
    id: string;
    name: string;
    email: string;
    passwordHash: string;
    role: Role | 'first';
  }): Promise<User> {
    const { id, name, passwordHash, role } = user;
    const mayBeFirst = role === 'first' && !(await this.first.isKnown());
    const given = { _id: id, name, email: user.email.toLowerCase(), passwordHash, disabled: false, deleting: false };
    const doc = { ...given, role: role === 'first' ? 'user' : role, ...(mayBeFirst && { mayBeFirst }) };
    const made = await this.users.runIndexed((users) => insert(users, doc));
    await this.first.note(id);
    return docToUser(await this.first.settled(made));
  }

  async everHadUser(): Promise<boolean> {
    return this.first.isKnown();
  }

  async findById(id: string): Promise<User | null> {
    return this.found((users) => users.findOne({ _id: id }));
  }

  async findByEmail(email: string): Promise<User | null> {
    return this.found((users) => users.findOne({ email: email.toLowerCase() }));
  }

  async list({ limit, cursor }: PageRequest, q?: string): Promise<Page<User>> {
    const from = cursor === undefined ? {} : youngerThan(cursor);
    const filter = q === undefined ? from : holding(q, from);
    const docs = await this.users.run((users) =>
      users
        .find(filter)
        .sort({ createdAt: 1, _id: 1 })
        .limit(limit + 1)
        .toArray(),
    );
    return toPage(docs.map(docToUser), limit, (last) => [+last.createdAt, last.id]);
  }

  async rename(id: string, name: string): Promise<User | null> {
    return this.found((users) => users.findOneAndUpdate({ _id: id }, { $set: { name } }, AFTER));
  }

  /** Where the acknowledgement was lost, the new hash stands: nobody else could have made the same. */
  async setPasswordHash(id: string, passwordHash: string, expectedHash?: string): Promise<boolean> {
    const filter = { _id: id, ...(expectedHash !== undefined && { passwordHash: expectedHash }) };
    return this.users.run(async (users) => {
      const { matchedCount } = await users.updateOne(filter, { $set: { passwordHash } });
      return matchedCount === 1 || (await users.findOne({ _id: id, passwordHash })) !== null;
    });
  }

  async change(id: string, change: { role?: Role; disabled?: boolean }): Promise<User | null> {
    const user = await this.admins.change(id, change);
    return user && docToUser(user);
  }

  async markDeleting(id: string): Promise<boolean> {
    return this.admins.markDeleting(id);
  }

  async deleting(): Promise<User[]> {
    return (await this.users.run((users) => users.find({ deleting: true }).toArray())).map(docToUser);
  }

  async remove(id: string): Promise<void> {
    await this.users.run((users) => users.deleteOne({ _id: id }));
  }

  private async found(
    find: (users: mongo.Collection<UserDocument>) => Promise<UserDocument | null>,
  ): Promise<User | null> {
    const doc = await this.users.run(find);
    return doc && docToUser(await this.first.settled(doc));
  }
}

/** With the store's time; the same again is once. */
async function insert(users: mongo.Collection<UserDocument>, doc: { _id: string }): Promise<UserDocument> {
  const made = { $mergeObjects: [{ $literal: doc }, { createdAt: '$$NOW' }] };
  const isThere = { $ne: [{ $type: '$createdAt' }, 'missing'] };
  const update = [{ $replaceWith: { $cond: [isThere, '$$ROOT', made] } }];
  try {
    return (await users.findOneAndUpdate({ _id: doc._id }, update, { ...AFTER, upsert: true })) as UserDocument;
  } catch (error) {
    if (isDuplicate(error, 'email')) throw emailTaken();
    throw isDuplicate(error) ? new RetryableError('made by another attempt at the same time') : error;
  }
}

/** By the list's index, too: each account on its way is looked at, and only those found travel. */
function holding(q: string, from: mongo.Filter<UserDocument>): mongo.Filter<UserDocument> {
  const part = { $regex: partPattern(q), $options: 'i' };
  return { $and: [{ createdAt: { $gte: new Date(0) } }, from, { $or: [{ name: part }, { email: part }] }] };
}

function youngerThan(cursor: string): mongo.Filter<UserDocument> {
  const [time, id] = decodeCursor(cursor, ['number', 'string']);
  const createdAt = new Date(time);
  return { createdAt: { $gte: createdAt }, $or: [{ createdAt: { $gt: createdAt } }, { _id: { $gt: id } }] };
}
