import { ServerError } from '../errors.js';
import type { Doc } from '../wire/bson.js';
import type { CommandContext } from './context.js';

/** Runs the statements of a write command one by one. Their errors go into the reply; an ordered command ends with one. */
export async function eachStatement<T>(
  command: Doc,
  context: CommandContext,
  statements: T[],
  run: (statement: T, index: number) => void,
): Promise<Doc> {
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      await context.patiently(() => run(statement, index));
    } catch (error) {
      if (!(error instanceof ServerError) || endsCommand(error) || context.transaction) throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.fields });
      if (command.ordered !== false) break;
    }
  }
  return writeErrors.length ? { writeErrors } : {};
}

const endsCommand = ({ codeName }: ServerError): boolean =>
  codeName === 'WriteConflict' || codeName === 'NotWritablePrimary' || codeName === 'InterruptedDueToReplStateChange';
