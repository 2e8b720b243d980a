import { parseArgs } from 'node:util';
import { email as emailField, name as nameField } from '../../contract/fields.js';
import type { Role } from '../../auth/users/user-store.js';
import { UsageError } from '../usage-error.js';

export const USAGE = `Usage: npm run users -- <command>

  list                                       all accounts, oldest first
  add <email> [--name <name>] [--role admin|user]
                                             make an account; asks for a password, an empty one is generated
  password <email>                           set a new password and end all sessions; asks as above
  role <email> admin|user                    change the role
  disable <email>                            nobody can log in there any more; ends all sessions and stops all answers
  enable <email>                             undo that
  delete <email> --yes                       delete the account with all its conversations, for good
  sessions <email> [--end]                   show the log-ins, or end them all
  setup-code                                 show the code that the very first account may need

Without --role the very first account is an admin, every other a user.`;

/** What the operator typed, checked. */
export type UsersArguments =
  | { command: 'help' }
  | { command: 'list' }
  | { command: 'setup-code' }
  | { command: 'add'; email: string; name: string; role: Role | 'first' }
  | { command: 'password' | 'enable' | 'disable' | 'delete'; email: string }
  | { command: 'role'; email: string; role: Role }
  | { command: 'sessions'; email: string; end: boolean };

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string' },
  yes: { type: 'boolean' },
  end: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** For each command: what follows it, and its own options. */
const COMMANDS: Record<string, { words: string[]; options: string[] }> = {
  list: { words: [], options: [] },
  add: { words: ['<email>'], options: ['name', 'role'] },
  password: { words: ['<email>'], options: [] },
  role: { words: ['<email>', 'admin|user'], options: [] },
  enable: { words: ['<email>'], options: [] },
  disable: { words: ['<email>'], options: [] },
  delete: { words: ['<email>'], options: ['yes'] },
  sessions: { words: ['<email>'], options: ['end'] },
  'setup-code': { words: [], options: [] },
};

/** Throws UsageError. */
export function parseUsersArguments(args: string[]): UsersArguments {
  const { values, positionals } = parse(args);
  const [command, ...words] = positionals;
  if (values.help || command === 'help') return { command: 'help' };
  if (command === undefined) throw new UsageError('which command?');
  const form = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!form) throw new UsageError(`there is no command ${command}`);
  const strange = Object.keys(values).find((option) => !form.options.includes(option));
  if (strange) throw new UsageError(`${command} has no option --${strange}`);
  if (words.length !== form.words.length) throw new UsageError(`expected: ${[command, ...form.words].join(' ')}`);
  if (command === 'list' || command === 'setup-code') return { command };

  const email = emailOf(words[0]);
  if (command === 'add') {
    const role = values.role === undefined ? 'first' : roleOf(values.role);
    return { command, email, name: nameOf(values.name ?? email.split('@')[0]), role };
  }
  if (command === 'role') return { command, email, role: roleOf(words[1]) };
  if (command === 'sessions') return { command, email, end: values.end ?? false };
  if (command === 'delete' && !values.yes) throw new UsageError('delete can not be undone: say --yes');
  return { command: command as 'password' | 'enable' | 'disable' | 'delete', email };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function emailOf(text: string): string {
  const { success, data } = emailField.safeParse(text);
  if (!success) throw new UsageError(`${text} is not an e-mail address`);
  return data;
}

function nameOf(text: string): string {
  const { success, data, error } = nameField.safeParse(text);
  if (!success) throw new UsageError(`the name ${error.issues[0].message}`);
  return data;
}

function roleOf(text: string): Role {
  if (text !== 'admin' && text !== 'user') throw new UsageError('the role must be admin or user');
  return text;
}
