// More questions than can be carried: `rate` a second for `seconds`, then `calmRate` for `calmSeconds`. What is measured is
// the first part; the fact `calmAfter` says after how many seconds of the second part all was well again: nobody refused,
// and the first token as soon as `normalMs`.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { Connection } from './connection.mjs';
import { Idle, openLoop } from './loops.mjs';

export default async function (users, plan, tally, { begin, end }) {
  const idle = new Idle(() => new Connection(plan.url));
  const arrivals = (part, work) =>
    openLoop(part, (due, n) => idle.with((connection) => work({ ...users[n % users.length], connection }, due)));
  begin();
  const overload = arrivals(plan, (user, due) => ask(user, plan, tally, { due }));
  await sleep(plan.seconds * 1000);
  end();

  const start = performance.now();
  tally.facts.calmAfter = 0;
  const notWell = (due) => (tally.facts.calmAfter = Math.max(tally.facts.calmAfter, (due - start) / 1000));
  const calm = { rate: plan.calmRate, seconds: plan.calmSeconds };
  await arrivals(calm, async (user, due) => {
    let firstMs = Infinity;
    const own = {
      fail: (reason) => tally.fail(reason),
      count: () => undefined,
      time: (name, ms) => name === 'first' && (firstMs = ms),
    };
    await ask(user, plan, own, { due });
    if (firstMs > plan.normalMs) notWell(due);
  });
  await overload;
  idle.close();
}
