import mongoose from 'mongoose';
import { AppError } from '../errors/index.js';
import { RetryableError, isAway, isDuplicate, mapped } from './mongo-errors.js';
import { persist } from './persist.js';

const { mongo } = mongoose;
const LONG = { forMs: 5000, longestMs: 10_000 };

describe('persist', () => {
  it('repeats what failed because the database was away, until it holds', async () => {
    let attempts = 0;
    const work = async (): Promise<string> => {
      if (++attempts < 4) throw new mongo.MongoNetworkError('gone');
      return 'kept';
    };
    expect(await persist(work, LONG)).toBe('kept');
    expect(attempts).toBe(4);
  });

  it('gives up in the end, with the last error', async () => {
    let attempts = 0;
    const work = async (): Promise<never> => {
      throw new RetryableError(`attempt ${++attempts}`);
    };
    await expect(persist(work, { forMs: 100, longestMs: 10_000 })).rejects.toThrow(/^attempt \d/);
    expect(attempts).toBeGreaterThan(1);
  });

  it('makes one attempt where there is no time for another', async () => {
    const work = jest.fn().mockRejectedValue(new RetryableError('gone'));
    await expect(persist(work, { forMs: 0, longestMs: 10_000 })).rejects.toThrow('gone');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does not repeat what would fail again', async () => {
    const work = jest.fn().mockRejectedValue(new AppError('email_taken', 409, 'Taken.'));
    await expect(persist(work, LONG)).rejects.toThrow('email_taken');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('waits for no answer longer than it may take', async () => {
    const never = new Promise<never>(() => {});
    await expect(persist(() => never, { forMs: 100, longestMs: 100 })).rejects.toThrow('not in time');
  });
});

describe('the errors of the driver', () => {
  const server = (code: number, more: object = {}) => new mongo.MongoServerError({ code, errmsg: 'x', ...more });

  it.each<[string, Error]>([
    ['a broken connection', new mongo.MongoNetworkError('x')],
    ['an answer that does not come', new mongo.MongoNetworkTimeoutError('x')],
    ['no server', new mongo.MongoServerSelectionError('x', {} as never)],
    ['not primary', server(10107)],
    ['a shutdown', server(91)],
    ['an election in a transaction', server(112, { errorLabels: ['TransientTransactionError'] })],
    ['a commit of unknown outcome', server(50, { errorLabels: ['UnknownTransactionCommitResult'] })],
    [
      'a write without its majority',
      new mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'x' } }),
    ],
  ])('%s means away', (_, error) => {
    expect(isAway(error)).toBe(true);
    expect(mapped(error)).toMatchObject({ code: 'dependency_down', status: 503, cause: error });
  });

  it.each<[string, Error]>([
    ['a duplicate key', server(11000)],
    ['a bad query', server(2)],
    ['a bad argument', new mongo.MongoInvalidArgumentError('x')],
  ])('%s is none to repeat, and still not for clients to see', (_, error) => {
    expect(isAway(error)).toBe(false);
    expect(mapped(error)).toMatchObject({ code: 'dependency_down', cause: error });
  });

  it.each([
    ['that a majority did not confirm', { writeErrors: [] }, { code: 64 }, true],
    ['of which one met an election', { writeErrors: [{ code: 11000 }, { code: 10107 }] }, undefined, true],
    ['of which one was a duplicate', { writeErrors: [{ code: 11000 }] }, undefined, false],
  ])('many writes %s', (_, { writeErrors }, concern, isToRepeat) => {
    const result = { getWriteConcernError: () => concern };
    const error = new mongo.MongoBulkWriteError({ message: 'x', writeErrors } as never, result as never);
    expect(isAway(error)).toBe(isToRepeat);
  });

  it('many writes in one call whose connection broke are to be repeated', () => {
    const wrapped = (error: Error) => new mongo.MongoBulkWriteError(error as never, {} as never);
    expect(isAway(wrapped(new mongo.MongoNetworkError('gone')))).toBe(true);
    expect(isAway(wrapped(new mongo.MongoInvalidArgumentError('x')))).toBe(false);
  });

  it.each<[string, Error]>([
    ['a document that is inserted', server(2, { errmsg: 'object to insert too large. size in bytes: 2, max size: 1' })],
    ['a statement', server(10334)],
    ['what a document became', server(17419)],
    ['one of a bulk, to the driver', new mongo.MongoInvalidArgumentError('Document is larger than the maximum size 9')],
    [
      'one of a bulk, to the server',
      new mongo.MongoBulkWriteError({ writeErrors: [{ code: 10334 }] } as never, {} as never),
    ],
  ])('%s that is too large is never tried again', (_, error) => {
    expect(isAway(error)).toBe(false);
    expect(mapped(error)).toMatchObject({ code: 'body_too_large', status: 413, cause: error });
  });

  it('the product’s own errors, and what is no error of the database, stay', () => {
    for (const error of [new AppError('last_admin', 409, 'x'), new TypeError('x')]) {
      expect(isAway(error)).toBe(false);
      expect(mapped(error)).toBe(error);
    }
  });

  it('tell which value was taken', () => {
    const taken = server(11000, { keyPattern: { email: 1 } });
    expect([isDuplicate(taken, 'email'), isDuplicate(taken), isDuplicate(server(2))]).toEqual([true, false, false]);
    const bulk = new mongo.MongoServerError({ code: 11000, errmsg: 'E11000 collection: a.b index: _id_ dup key: {}' });
    expect([isDuplicate(bulk), isDuplicate(bulk, 'email')]).toEqual([true, false]);
  });
});
