import { ServerError } from '../errors.js';
import type { Doc } from '../wire/bson.js';

/** Codes after which the same write may be sent again. */
const RETRYABLE = new Set([6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
/** Codes that say the node is no longer what the client took it for. */
const STATE_CHANGES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** The reply of a command that failed, with the labels by which drivers decide whether to try again. */
export function errorReply(error: ServerError, command: Doc, name: string, topologyVersion: Doc): Doc {
  const { code, codeName, message, fields } = error;
  return failedWith(code, command, name, topologyVersion, { errmsg: message, codeName, ...fields });
}

export function failedWith(code: number, command: Doc, name: string, topologyVersion: Doc, fields: Doc): Doc {
  const errorLabels = fields.errorLabels ?? labelsOf(code, command, name);
  return {
    ok: 0,
    code,
    ...fields,
    ...(STATE_CHANGES.has(code) && { topologyVersion }),
    ...(errorLabels.length > 0 && { errorLabels }),
  };
}

export function labelsOf(code: number, command: Doc, name: string): string[] {
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  const within = command.autocommit === false && !ends;
  if (within && (RETRYABLE.has(code) || code === 112 || code === 251)) return ['TransientTransactionError'];
  if (name === 'commitTransaction' && code === 251) return ['TransientTransactionError'];
  if (RETRYABLE.has(code) && (ends || command.txnNumber !== undefined)) return ['RetryableWriteError'];
  return [];
}
