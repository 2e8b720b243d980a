import mongoose from 'mongoose';
import { AppError, dependencyDown, tooLarge } from '../errors/index.js';

const { mongo } = mongoose;

/** Not connected (yet), not in time, or changed by somebody else in between: to be tried again. */
export class RetryableError extends Error {}

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
  if (error instanceof RetryableError) return true;
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

/** BSONObjectTooLarge, an index key that is too long, and what a document became by an update. */
const TOO_LARGE_CODES = new Set([10334, 17280, 17419, 17420]);
/** The server's words for a document that is inserted, the driver's for one of a bulk. */
const TOO_LARGE = /too large|larger than the maximum size/;

/** Whether a document, or a statement that holds one, is larger than the server takes (16 MB): it always will be. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof mongo.MongoInvalidArgumentError) return TOO_LARGE.test(error.message);
  if (error instanceof mongo.MongoBulkWriteError) {
    if (isTooLarge(error.errorResponse)) return true;
    return [error.writeErrors].flat().some(({ code, errmsg }) => isLimit(code, errmsg));
  }
  return error instanceof mongo.MongoServerError && isLimit(error.code, error.message);
}

function isLimit(code: unknown, message = ''): boolean {
  return TOO_LARGE_CODES.has(Number(code)) || (Number(code) === BAD_VALUE && TOO_LARGE.test(message));
}

const BAD_VALUE = 2;

/** The port's error for whatever the driver rejects with; the product's own errors stay. */
export function mapped(error: unknown): unknown {
  if (error instanceof AppError || !isDrivers(error)) return error;
  if (isTooLarge(error)) return tooLarge(error);
  return dependencyDown('database', error);
}

function isDrivers(error: unknown): boolean {
  return (
    error instanceof RetryableError || error instanceof mongo.MongoError || error instanceof mongoose.MongooseError
  );
}
