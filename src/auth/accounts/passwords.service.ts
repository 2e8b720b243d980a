import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { AppError } from '../../../libs/errors/index.js';
import { FairSemaphore } from './fair-semaphore.js';

/** Argon2id with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one thread. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const options = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: 1 };

/** Hashing takes a thread of libuv's four each: one is left for files and name look-ups. */
const AT_ONCE = 3;
/**
 * A thousand people who log in at the same moment wait, some 12 s the last on two cores; they are not turned away. Of one
 * person (a program that logs in for each of its calls) a tenth of that.
 */
const ROOM = { all: 2000, ofOne: 200 };

/** Compares within a turn. Without a hash (nobody has that e-mail) false, in the same time. */
export type Compare = (passwordHash: string | undefined, password: string) => Promise<boolean>;

/**
 * Hashes and checks passwords, off the event loop, a few at a time and of one person one at a time; the others wait. A
 * `person` is whoever asks, as far as is known: an account as it is used from one address, or an address.
 *
 * All reject with `too_many_concurrent` (429) where more than 200 of that person wait, with `dependency_down` (503) where
 * more than 2,000 of all do.
 */
@Injectable()
export class Passwords {
  private readonly semaphore = new FairSemaphore(AT_ONCE, ROOM, (ofOne) => {
    const detail = 'Too many passwords are being checked right now. Please try again.';
    const retryAfterSeconds = 2;
    return ofOne
      ? new AppError('too_many_concurrent', 429, detail, { retryAfterSeconds, params: { of: 'passwords' } })
      : new AppError('dependency_down', 503, detail, { retryAfterSeconds, params: { reason: 'passwords_busy' } });
  });

  /** A hash of nothing in particular: checking against it takes as long as checking against a real one. */
  private readonly nobodys =
    `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1` + `$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;

  /** In PHC form, with its own salt. */
  hash(password: string, person: string): Promise<string> {
    return this.semaphore.run(person, () => hash(normalize(password), options));
  }

  /** Runs `work` when it is this person's turn: nothing else of theirs is compared or hashed meanwhile. */
  turn<T>(person: string, work: (compare: Compare) => Promise<T>): Promise<T> {
    return this.semaphore.run(person, () => work(this.compare));
  }

  private readonly compare: Compare = async (passwordHash, password) => {
    const fits = await verify(passwordHash ?? this.nobodys, normalize(password));
    return fits && passwordHash !== undefined;
  };
}

/** The same letters, however a keyboard composes them (NIST SP 800-63B §5.1.1.2). */
function normalize(password: string): string {
  return password.normalize('NFKC');
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
