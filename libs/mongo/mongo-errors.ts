import mongoose from 'mongoose';
import { AppError, dependencyDown } from '../errors/index.js';

const { mongo } = mongoose;

/** Not connected (yet), not in time, or changed by somebody else in between: to be tried again. */
export class Away extends Error {}

/**
 * Server errors after which the same command may hold elsewhere or later: an election, a shutdown, a write that a majority
 * did not confirm in time (https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md).
 */
const AWAY_CODES = new Set([6, 7, 50, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const AWAY_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult'];
const AWAY_NAMES = new Set([
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
]);

/** Whether the database, or the part of it that was asked, was away: the outcome of a write is then unknown. */
export function isAway(error: unknown): boolean {
  if (error instanceof Away) return true;
  if (!(error instanceof mongo.MongoError)) return false;
  // Also a cleared pool is a network error.
  if (error instanceof mongo.MongoNetworkError || AWAY_NAMES.has(error.name)) return true;
  if (AWAY_LABELS.some((label) => error.hasErrorLabel(label)) || AWAY_CODES.has(Number(error.code))) return true;
  // An acknowledgement that a majority does not stand behind is none.
  const concern = (error as { result?: { writeConcernError?: unknown } }).result?.writeConcernError;
  if (error instanceof mongo.MongoBulkWriteError) return isBulkAway(error);
  return error instanceof mongo.MongoWriteConcernError || Boolean(concern);
}

/**
 * Of many writes in one call each may have failed in its own way; what a majority did not confirm stands by itself; and what
 * befell the call as a whole, a broken connection for one, is wrapped.
 */
function isBulkAway(error: InstanceType<typeof mongo.MongoBulkWriteError>): boolean {
  const whole: unknown = error.errorResponse;
  if (whole instanceof Error) return isAway(whole);
  const codes = [error.writeErrors].flat().map(({ code }) => Number(code));
  return codes.length === 0
    ? Boolean(error.result?.getWriteConcernError())
    : codes.some((code) => AWAY_CODES.has(code));
}

/** Whether a unique index refused it. `field`: the one whose value another document has. */
export function isDuplicate(error: unknown, field = '_id'): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11000) return false;
  const keyPattern = (error as { keyPattern?: object }).keyPattern;
  return keyPattern ? field in keyPattern : error.message.includes(`index: ${field}`);
}

/** The port's error for whatever the driver rejects with; the product's own errors stay. */
export function mapped(error: unknown): unknown {
  if (error instanceof AppError || !isDrivers(error)) return error;
  return dependencyDown('database', error);
}

function isDrivers(error: unknown): boolean {
  return error instanceof Away || error instanceof mongo.MongoError || error instanceof mongoose.MongooseError;
}
