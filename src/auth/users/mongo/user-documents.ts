import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Role, User } from '../user-store.js';

/** An account in MongoDB. */
@Schema({ versionKey: false })
export class UserDocument {
  @Prop({ type: String }) _id: string;
  @Prop({ type: String }) name: string;
  @Prop({ type: String }) email: string;
  @Prop({ type: String }) passwordHash: string;
  @Prop({ type: String }) role: Role;
  @Prop({ type: Boolean }) disabled: boolean;
  @Prop({ type: Boolean }) deleting: boolean;
  @Prop({ type: Date }) createdAt: Date;
  /** It may be the very first: not decided yet. */
  @Prop({ type: Boolean }) mayBeFirst?: boolean;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

export const userSchema = SchemaFactory.createForClass(UserDocument)
  // UserStore.findByEmail; and that no e-mail is taken twice
  .index({ email: 1 }, { unique: true })
  // UserStore.list
  .index({ createdAt: 1, _id: 1 })
  // UserStore.change and markDeleting look for other admins
  .index({ role: 1, disabled: 1, deleting: 1 }, { partialFilterExpression: { role: 'admin' } })
  // UserStore.deleting, and whether others remain
  .index({ deleting: 1 });

/** Single documents about all accounts. They stay when accounts go. */
@Schema({ versionKey: false })
export class AccountsDocument {
  /** `first`: whose account was the very first. `admins`: see `AdminGuard`. */
  @Prop({ type: String }) _id: 'first' | 'admins';
  @Prop({ type: String }) userId?: string;
  @Prop({ type: Number }) changes?: number;
}

export const accountsSchema = SchemaFactory.createForClass(AccountsDocument);

export function docToUser({ _id: id, mayBeFirst: _, ...doc }: UserDocument): User {
  const { name, email, passwordHash, role, disabled, deleting, createdAt } = doc;
  return { id, name, email, passwordHash, role, disabled, deleting, createdAt };
}
