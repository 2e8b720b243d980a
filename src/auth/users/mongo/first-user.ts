import type { mongo } from 'mongoose';
import { isDuplicate, type MongoCollection, type MongoDatabase } from '../../../../libs/mongo/index.js';
import { AccountsDocument, accountsSchema, type UserDocument } from './user-documents.js';

const FIRST = 'first';

/**
 * Who was the very first, in MongoDB, without a transaction. An account that may be it is made as `user` with a mark; then
 * one of all wins the single document `first`; then the mark gives way to `admin`, or just goes. Who dies on the
 * way leaves the mark, and whoever reads such an account next goes on from there. The mark goes once, so what is decided
 * about the role later is never undone.
 */
export class FirstUser {
  private readonly accounts: MongoCollection<AccountsDocument>;
  /** Once somebody was the first, somebody was the first. */
  private known = false;

  constructor(
    database: MongoDatabase,
    private readonly users: MongoCollection<UserDocument>,
  ) {
    this.accounts = database.collection<AccountsDocument>('accounts', accountsSchema);
  }

  async isKnown(): Promise<boolean> {
    this.known ||= (await this.accounts.run((accounts) => accounts.findOne({ _id: FIRST }))) !== null;
    return this.known;
  }

  /** An account was made. */
  async note(userId: string): Promise<void> {
    if (this.known) return;
    await this.accounts.run((accounts) => accounts.insertOne({ _id: FIRST, userId }).catch(unlessDuplicate));
    this.known = true;
  }

  /** The account as it is once it is decided whether it was the first. */
  async settled(user: UserDocument): Promise<UserDocument> {
    if (!user.mayBeFirst) return user;
    const { _id } = user;
    await this.note(_id);
    const won = await this.accounts.run((accounts) => accounts.findOne({ _id: FIRST, userId: _id }));
    const change: mongo.UpdateFilter<UserDocument> = { $unset: { mayBeFirst: true } };
    if (won) change.$set = { role: 'admin' };
    return this.users.run(async (users) => {
      await users.updateOne({ _id, mayBeFirst: true }, change);
      return (await users.findOne({ _id })) ?? user;
    });
  }
}

function unlessDuplicate(error: unknown): void {
  if (!isDuplicate(error)) throw error;
}
