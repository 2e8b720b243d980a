import { ServerError } from '../errors.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';
import { bytesOf, toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';

/** A client's session: its newest transaction or retryable write. All nodes know it, as they do on a real set. */
export class Session {
  private number = -1;
  private transaction?: Transaction;
  private reply?: Promise<Doc>;

  constructor(private readonly store: Store) {}

  /** Runs a write once: the same number again gets the first one's answer. */
  async once(txnNumber: unknown, write: () => Promise<Doc>): Promise<Doc> {
    const number = this.checked(txnNumber);
    if (number === this.number && this.reply) return this.reply;
    this.abandon(number);
    const reply = write();
    this.reply = reply;
    try {
      return await reply;
    } catch (error) {
      if (this.reply === reply) this.reply = undefined;
      throw error;
    }
  }

  /** The transaction that a command belongs to; begins it where the command says so. */
  transactionOf(command: Doc): Transaction {
    const number = this.checked(command.txnNumber);
    if (command.startTransaction) {
      this.abandon(number);
      this.transaction = this.store.begin();
    }
    if (number !== this.number || !this.transaction) throw this.unknown(number);
    return this.transaction;
  }

  unknown(number: number): ServerError {
    const words = `Given transaction number ${number} does not match any in-progress transactions.`;
    return new ServerError('NoSuchTransaction', words);
  }

  end(): void {
    if (this.transaction) this.store.abort(this.transaction);
  }

  private checked(txnNumber: unknown): number {
    const number = toNumber(txnNumber)!;
    if (number >= this.number) return number;
    throw new ServerError('TransactionTooOld', `Transaction ${number} is older than the newest one, ${this.number}`);
  }

  private abandon(newNumber: number): void {
    this.end();
    this.number = newNumber;
    this.transaction = undefined;
    this.reply = undefined;
  }
}

export class Sessions {
  private readonly known = new Map<string, Session>();

  constructor(private readonly store: Store) {}

  of(lsid: Doc): Session {
    const key = bytesOf(lsid.id).toString('hex');
    const known = this.known.get(key) ?? new Session(this.store);
    this.known.set(key, known);
    return known;
  }

  end(lsids: Doc[]): void {
    for (const lsid of lsids) {
      this.of(lsid).end();
      this.known.delete(bytesOf(lsid.id).toString('hex'));
    }
  }
}
