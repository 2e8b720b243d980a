import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId } from '../../../libs/ids/index.js';
import { AppError } from '../../../libs/errors/index.js';
import { Accounts } from '../../auth/accounts/accounts.service.js';
import { uncommonPassword } from '../../auth/accounts/auth.schema.js';
import { guessable } from '../../auth/accounts/guessable.js';
import { Passwords } from '../../auth/accounts/passwords.service.js';
import { Sessions } from '../../auth/accounts/sessions.service.js';
import { COMMAND, SecurityEvents } from '../../auth/accounts/security-events.service.js';
import { SetupCode } from '../../auth/accounts/setup-code.service.js';
import { UserStore, type Role, type User } from '../../auth/users/user-store.js';
import { Disabling } from '../../generation/control/disabling.service.js';
import { AccountDeletion } from '../../account/account-deletion.service.js';
import { UsageError } from '../usage-error.js';
import { parseUsersArguments, USAGE, type UsersArguments } from './users-arguments.js';
import { sessionLines, userLines } from './users-output.js';

/** Where a command reads and writes. Without `readSecret`, or where it gives an empty text, passwords are generated. */
export interface CommandIo {
  out(line: string): void;
  err(line: string): void;
  readSecret?(prompt: string): Promise<string>;
}

const EXIT_FAILED = 1;
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

/** Without letters that look like another: 119 bits in 24 of them. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

/** What the operator can do with accounts, also without e-mail and with registration closed: `npm run users`. */
@Injectable()
export class UsersCommand {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly accounts: Accounts,
    private readonly deletion: AccountDeletion,
    private readonly setupCode: SetupCode,
    private readonly disabling: Disabling,
    private readonly events: SecurityEvents,
  ) {}

  /** Gives back the exit code: 0; 64 where the command line is wrong; 1 where it did not work. Never rejects. */
  async run(args: string[], io: CommandIo): Promise<number> {
    try {
      await this.execute(parseUsersArguments(args), io);
      return 0;
    } catch (error) {
      if (error instanceof UsageError) {
        io.err(`${error.message}\n\n${USAGE}`);
        return EXIT_USAGE;
      }
      io.err(explain(error));
      return EXIT_FAILED;
    }
  }

  private async execute(args: UsersArguments, io: CommandIo): Promise<void> {
    if (args.command === 'help') return io.out(USAGE);
    if (args.command === 'list') return this.list(io);
    if (args.command === 'setup-code') return this.showSetupCode(io);
    if (args.command === 'add') return this.add(args, io);
    const user = await this.find(args.email);
    if (args.command === 'password') return this.setPassword(user, io);
    if (args.command === 'delete') return this.delete(user, io);
    if (args.command === 'sessions') return args.end ? this.endSessions(user, io) : this.showSessions(user, io);
    return this.change(
      user,
      args.command === 'role' ? { role: args.role } : { disabled: args.command === 'disable' },
      io,
    );
  }

  private async list(io: CommandIo): Promise<void> {
    const all: User[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.users.list({ limit: 100, cursor });
      all.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    if (all.length === 0) return io.out('There is no account yet.');
    userLines(all).forEach((line) => io.out(line));
  }

  private async showSetupCode(io: CommandIo): Promise<void> {
    if (!(await this.setupCode.isOpen()))
      throw failure('Nobody needs it: there is an account, or people may make none.');
    io.out(this.setupCode.code());
  }

  private async add(
    { email, name, role }: { email: string; name: string; role: Role | 'first' },
    io: CommandIo,
  ): Promise<void> {
    // Before anybody types a password for nothing; `create` looks again.
    if (await this.users.findByEmail(email)) throw failure(`There already is an account of ${email}.`);
    const { password, generated } = await choosePassword(io, { name, email });
    const passwordHash = await this.passwords.hash(password, email);
    const user = await this.users.create({ id: newId(), name, email, passwordHash, role });
    this.events.note({ action: 'register', outcome: 'success', account: user.id, ...COMMAND, reason: user.role });
    io.out(`Added ${email} as ${user.role}.`);
    if (generated) io.out(`Password: ${password}`);
  }

  private async setPassword(user: User, io: CommandIo): Promise<void> {
    const { password, generated } = await choosePassword(io, user);
    if (!(await this.accounts.resetPassword(user.id, password))) throw unknown(user.email);
    io.out(`${user.email} has a new password; all sessions have ended.`);
    if (generated) io.out(`Password: ${password}`);
  }

  private async change(user: User, change: { role?: Role; disabled?: boolean }, io: CommandIo): Promise<void> {
    const changed = await this.disabling.change(user.id, change, COMMAND);
    if (!changed) throw unknown(user.email);
    io.out(`${user.email}: ${changed.role}, ${changed.disabled ? 'disabled' : 'active'}.`);
  }

  private async delete(user: User, io: CommandIo): Promise<void> {
    await this.events.noting({ action: 'delete', account: user.id, ...COMMAND }, async () => {
      if (!(await this.deletion.begin(user.id))) throw unknown(user.email);
    });
    await this.deletion.finish(user.id);
    io.out(`Deleted ${user.email} with all data.`);
  }

  private async showSessions(user: User, io: CommandIo): Promise<void> {
    const sessions = await this.sessions.list(user.id);
    if (sessions.length === 0) return io.out(`${user.email} is not logged in anywhere.`);
    sessionLines(sessions).forEach((line) => io.out(line));
  }

  private async endSessions(user: User, io: CommandIo): Promise<void> {
    const event = { action: 'sessions', account: user.id, ...COMMAND } as const;
    const ended = await this.events.noting(event, () => this.sessions.revokeAll(user.id));
    io.out(`Sessions of ${user.email} that have ended: ${ended}.`);
  }

  private async find(email: string): Promise<User> {
    const user = await this.users.findByEmail(email);
    if (!user) throw unknown(email);
    return user;
  }
}

async function choosePassword(
  io: CommandIo,
  owner: { name: string; email: string },
): Promise<{ password: string; generated: boolean }> {
  const typed = (await io.readSecret?.('Password (empty: generate one): ')) ?? '';
  if (typed === '') return { password: generatePassword(), generated: true };
  const { success, data, error } = uncommonPassword.safeParse(typed);
  if (!success) throw failure(`The password ${error.issues.map(({ message }) => message).join('; ')}.`);
  const weakness = guessable(data, owner);
  if (weakness) throw failure(`The password ${weakness.message}.`);
  return { password: data, generated: false };
}

function generatePassword(): string {
  const letters = Array.from({ length: 24 }, () => LETTERS[randomInt(LETTERS.length)]);
  return letters.join('').replace(/(.{6})(?=.)/g, '$1-');
}

/** What whoever types the command can do something about: the message is enough. */
class Failure extends Error {}

function failure(message: string): Failure {
  return new Failure(message);
}

function unknown(email: string): Failure {
  return failure(`There is no account of ${email}.`);
}

function explain(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (error instanceof AppError)
    return error.cause === undefined ? error.detail : `${error.detail} (${String(error.cause)})`;
  return String(error);
}
