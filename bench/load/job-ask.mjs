// Questions: at `rate` a second for `seconds` (open loop), or by all users who ask again as soon as they are answered
// (closed loop) for `seconds`, or until `turns` were asked.
import { ask } from './ask.mjs';
import { Connection } from './connection.mjs';
import { closedLoop, Idle, openLoop } from './loops.mjs';

export default async function (users, plan, tally, { begin, end }) {
  begin();
  if (plan.rate) await arrivals(users, plan, tally);
  else await closedLoop({ ...plan, users }, (user) => ask(user, plan, tally));
  end();
}

/** Each arrival is the next user, over any connection that is free. */
async function arrivals(users, plan, tally) {
  const idle = new Idle(() => new Connection(plan.url));
  await openLoop(plan, (due, n) =>
    idle.with((connection) => ask({ ...users[n % users.length], connection }, plan, tally, { due })),
  );
  idle.close();
}
