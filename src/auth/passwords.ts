import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Algorithm, hash, verify } from '@node-rs/argon2';
import { AppError } from '../../libs/errors/index.js';
import { Turnstile } from './turnstile.js';

/** Argon2id with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one thread. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const options = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: MEMORY_KIB, timeCost: PASSES, parallelism: 1 };

/** Hashing takes a thread of libuv's four each: one is left for files and name look-ups. */
const AT_ONCE = 3;
/** A thousand people who log in at the same moment wait, some 12 s the last on two cores; they are not turned away. */
const MAX_WAITING = 2000;

/** Hashes and checks passwords, off the event loop, a few at a time; the others wait in line. */
@Injectable()
export class Passwords {
  private readonly turnstile = new Turnstile(AT_ONCE, MAX_WAITING, () => {
    const detail = 'Too many passwords are being checked right now. Please try again.';
    return new AppError('dependency_down', 503, detail, { retryAfterSeconds: 2 });
  });

  /** A hash of nothing in particular: checking against it takes as long as checking against a real one. */
  private readonly nobodys =
    `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1` + `$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;

  /** In PHC form, with its own salt. 503 `dependency_down` where more than 2,000 others wait. */
  hash(password: string): Promise<string> {
    return this.turnstile.pass(() => hash(normalize(password), options));
  }

  /** Whether the password fits; without a hash (nobody has that e-mail) false, in the same time. Rejects like `hash`. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const fits = await this.turnstile.pass(() => verify(passwordHash ?? this.nobodys, normalize(password)));
    return fits && passwordHash !== undefined;
  }
}

/** The same letters, however a keyboard composes them (NIST SP 800-63B §5.1.1.2). */
function normalize(password: string): string {
  return password.normalize('NFKC');
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
