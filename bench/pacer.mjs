// Writes to many streams at a steady pace over few timers, so that it takes little of the cores it shares.
const SLOTS = 5;

/** A stream has `next()`, which writes its next token, or ends it and returns false. */
export class Pacer {
  #slots = Array.from({ length: SLOTS }, () => new Set());
  #at = 0;

  constructor(paceMs) {
    setInterval(() => this.#tick(), paceMs / SLOTS).unref();
  }

  /** Its first token comes at once, each other one pace after the one before. */
  add(stream) {
    if (stream.next()) this.#slots[this.#at].add(stream);
  }

  #tick() {
    this.#at = (this.#at + 1) % SLOTS;
    const slot = this.#slots[this.#at];
    for (const stream of slot) if (!stream.next()) slot.delete(stream);
  }
}

const pacers = new Map();

export function pacerOf(paceMs) {
  if (!pacers.has(paceMs)) pacers.set(paceMs, new Pacer(paceMs));
  return pacers.get(paceMs);
}
