import mongoose from 'mongoose';
import { AppError } from '../../libs/errors/index.js';

/** What the operator can do something about: the message is enough. */
export class Failure extends Error {}

/** By the server's code: its own words may hold the whole command, with what people wrote. */
const BY_CODE: Record<number, string> = {
  8000: 'the user or the password is wrong',
  18: 'the user or the password is wrong',
  13: 'the user may not do that: it needs readWrite on the database',
  14031: 'the disk of the database is full',
};

/** For the terminal: what happened, without any secret. */
export function explain(error: unknown, uris: string[]): string {
  return redact(words(error), uris);
}

function words(error: unknown): string {
  const { MongoNetworkError, MongoServerSelectionError } = mongoose.mongo;
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) {
    return `MongoDB does not answer: ${error.message}`;
  }
  if (error instanceof AppError) {
    const { cause } = error;
    return cause === undefined ? error.detail : `The database failed: ${words(cause)}`;
  }
  if (error instanceof mongoose.mongo.MongoBulkWriteError && error.errorResponse instanceof Error) {
    return words(error.errorResponse);
  }
  if (error instanceof mongoose.mongo.MongoServerError) {
    const code = Number(error.code);
    return BY_CODE[code] ?? `the server said ${error.codeName ?? (error.code ? `error ${code}` : error.name)}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Without the addresses' passwords, wherever in a text they are. */
function redact(text: string, uris: string[]): string {
  let clean = text;
  for (const uri of uris) {
    clean = clean.replaceAll(uri, 'the address');
    const password = /^[^/]*\/\/[^@/]*?:([^@]*)@/.exec(uri)?.[1];
    if (!password) continue;
    clean = clean.replaceAll(password, '***');
    try {
      clean = clean.replaceAll(decodeURIComponent(password), '***');
    } catch {
      // Not encoded as it should be: then it was as it stands there.
    }
  }
  return clean.replace(/\/\/[^@/\s]*@/g, '//***@');
}

/** An address as it may be shown: where, and which database. */
export function shown(uri: string): string {
  return uri.replace(/\/\/[^/]*@/, '//').replace(/\?.*$/s, '');
}
