// How work arrives. Open: at a rate, whatever becomes of it. Closed: somebody begins again when they are done.
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `work(due)` `rate` times a second for `seconds`; `due` is when it should have begun. Resolves when all are done. */
export async function openLoop({ rate, seconds }, work) {
  const all = [];
  const start = performance.now();
  const total = Math.round(rate * seconds);
  while (all.length < total) {
    const now = performance.now();
    for (;;) {
      const due = start + (all.length / rate) * 1000;
      if (due > now || all.length >= total) break;
      all.push(work(due, all.length));
    }
    await sleep(1);
  }
  await Promise.all(all);
}

/** `users` who each call `work(user)` again and again, for `seconds` or until `turns` were begun in all. */
export async function closedLoop({ users, seconds = Infinity, turns = Infinity, rampSeconds = 0 }, work) {
  const end = performance.now() + seconds * 1000;
  let begun = 0;
  await Promise.all(
    users.map(async (user, i) => {
      await sleep((i / users.length) * rampSeconds * 1000);
      while (performance.now() < end && begun++ < turns) await work(user);
    }),
  );
}

/** Connections that wait for somebody: an arrival takes one, or a new one, and gives it back. */
export class Idle {
  #free = [];

  constructor(make) {
    this.make = make;
  }

  async with(work) {
    const one = this.#free.pop() ?? this.make();
    await work(one);
    this.#free.push(one);
  }

  close() {
    for (const one of this.#free) one.close();
  }
}
