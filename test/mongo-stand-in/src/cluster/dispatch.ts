import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../commands/context.js';
import { commandNamed, type CommandKind } from '../commands/table.js';
import { notPrimary, ServerError } from '../errors.js';
import { LATEST, type View } from '../store/transaction.js';
import type { Doc } from '../wire/bson.js';
import type { Connection } from './connection.js';
import type { Node } from './node.js';
import { NODE_COMMANDS } from './server-info.js';
import { awaitConcern } from './write-concern.js';

const CONFLICT_RETRY_MS = 3;

/** Runs one command on a node and gives its reply, without `ok`. Throws a ServerError where the server would refuse. */
export async function dispatch(node: Node, connection: Connection, command: Doc, name: string): Promise<Doc> {
  if (Object.hasOwn(NODE_COMMANDS, name)) return NODE_COMMANDS[name](node, connection, command);
  if (name === 'commitTransaction' || name === 'abortTransaction') return endTransaction(node, command, name);
  const found = commandNamed(name);
  if (!found) throw new ServerError('CommandNotFound', `no such command: '${name}'`);
  refuseWrongNode(node, command, found.kind);
  const run = (context: CommandContext) => Promise.resolve(found.run(command, context));
  if (command.autocommit === false) return inTransaction(node, command, run);
  const context = contextOf(node, command, viewOf(node, command));
  if (found.kind !== 'write') return run(context);
  const isRetryable = command.txnNumber !== undefined && command.lsid;
  const write = () => run(context);
  const reply = isRetryable ? await node.set.sessions.of(command.lsid).once(command.txnNumber, write) : await write();
  return awaitConcern(node.set, command, reply);
}

function refuseWrongNode(node: Node, command: Doc, kind: CommandKind): void {
  if (node.isPrimary || kind === 'cursor') return;
  if (kind === 'write' || command.autocommit === false) throw notPrimary();
  const mode = command.$readPreference?.mode ?? 'primary';
  if (mode !== 'primary') return;
  throw new ServerError('NotPrimaryNoSecondaryOk', 'not primary and secondaryOk=false');
}

/** A lagging secondary shows an older state, unless the client asks for what it has written itself. */
function viewOf(node: Node, command: Doc): View {
  if (node.isPrimary || command.readConcern?.afterClusterTime) return LATEST;
  return { sequence: node.set.store.replicatedSequence };
}

function contextOf(node: Node, command: Doc, view: View): CommandContext {
  return {
    store: node.set.store,
    db: command.$db,
    view,
    transaction: view.transaction,
    cursors: node.cursors,
    patiently: (write) => patiently(node, write, view.transaction !== undefined),
  };
}

async function patiently<T>(node: Node, write: () => T, inTransaction: boolean): Promise<T> {
  for (;;) {
    try {
      return write();
    } catch (error) {
      const isConflict = error instanceof ServerError && error.codeName === 'WriteConflict';
      if (!isConflict || inTransaction) throw error;
    }
    await sleep(CONFLICT_RETRY_MS);
    if (!node.isPrimary) throw notPrimary();
  }
}

async function inTransaction(node: Node, command: Doc, run: (context: CommandContext) => Promise<Doc>): Promise<Doc> {
  const session = node.set.sessions.of(command.lsid);
  const transaction = session.transactionOf(command);
  if (transaction.state !== 'active') throw session.unknown(Number(command.txnNumber));
  try {
    return await run(contextOf(node, command, { sequence: transaction.sequence, transaction }));
  } catch (error) {
    node.set.store.abort(transaction);
    throw error;
  }
}

async function endTransaction(node: Node, command: Doc, name: string): Promise<Doc> {
  if (!node.isPrimary) throw notPrimary();
  const session = node.set.sessions.of(command.lsid);
  const transaction = session.transactionOf(command);
  if (name === 'abortTransaction') {
    if (transaction.state === 'committed') throw new ServerError('TransactionCommitted', 'already committed');
    node.set.store.abort(transaction);
    return {};
  }
  if (transaction.state === 'aborted') throw session.unknown(Number(command.txnNumber));
  if (transaction.state === 'active') node.set.store.commit(transaction);
  return awaitConcern(node.set, command, {});
}
