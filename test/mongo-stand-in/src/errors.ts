import type { Doc } from './wire/bson.js';

/** The server's error codes that are given here, by their names. */
export const CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  CommandNotFound: 59,
  ShardKeyNotFound: 61,
  WriteConcernTimeout: 64,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  UnsatisfiableWriteConcern: 100,
  WriteConflict: 112,
  DocumentValidationFailure: 121,
  CannotIndexParallelArrays: 171,
  InterruptedDueToReplStateChange: 11602,
  TransactionTooOld: 225,
  NoSuchTransaction: 251,
  TransactionCommitted: 256,
  NotWritablePrimary: 10107,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  NotPrimaryNoSecondaryOk: 13435,
  Location17419: 17419,
  Location31249: 31249,
  Location31253: 31253,
  Location31254: 31254,
  Location40324: 40324,
} as const;

export type CodeName = keyof typeof CODES;

/** An error that the client gets with a code of the server. */
export class ServerError extends Error {
  readonly code: number;

  constructor(
    readonly codeName: CodeName,
    message: string,
    /** Further fields of the reply, such as `keyPattern`. */
    readonly fields: Doc = {},
  ) {
    super(message);
    this.code = CODES[codeName];
  }
}

/** Something that MongoDB has and the stand-in does not: said plainly, instead of a wrong answer. */
export const unsupported = (what: string): ServerError =>
  new ServerError('CommandNotFound', `the stand-in has no ${what}`);

export const writeConflict = (): ServerError =>
  new ServerError(
    'WriteConflict',
    'WriteConflict error: this operation conflicted with another operation. Please retry your operation or multi-document transaction.',
  );

export const notPrimary = (): ServerError => new ServerError('NotWritablePrimary', 'not primary');
