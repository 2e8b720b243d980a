import { COLLECTION_READS, COLLECTION_WRITES } from './collections.js';
import type { Command } from './context.js';
import { findAndModify } from './find-and-modify.js';
import { INDEX_READS, INDEX_WRITES } from './indexes.js';
import { CURSOR_COMMANDS, READS } from './reads.js';
import { WRITES } from './writes.js';

/** Commands that the primary alone runs. */
const writing: Record<string, Command> = {
  ...WRITES,
  ...COLLECTION_WRITES,
  ...INDEX_WRITES,
  findAndModify,
  findandmodify: findAndModify,
};

/** Commands that a secondary runs where the client allows it. */
const reading: Record<string, Command> = {
  ...READS,
  ...COLLECTION_READS,
  ...INDEX_READS,
  collstats: COLLECTION_READS.collStats,
};

export type CommandKind = 'write' | 'read' | 'cursor';

export function commandNamed(name: string): { run: Command; kind: CommandKind } | undefined {
  if (Object.hasOwn(writing, name)) return { run: writing[name], kind: 'write' };
  if (Object.hasOwn(reading, name)) return { run: reading[name], kind: 'read' };
  if (Object.hasOwn(CURSOR_COMMANDS, name)) return { run: CURSOR_COMMANDS[name], kind: 'cursor' };
  return undefined;
}
