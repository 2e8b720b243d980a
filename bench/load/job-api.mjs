// Mixed reads and writes: as fast as the users get answers (closed loop), or at `rate` a second (open loop). Each user
// has one conversation, with one question and its answer.
import { ask } from './ask.mjs';
import { CALLS, call } from './calls.mjs';
import { Connection } from './connection.mjs';
import { closedLoop, Idle, openLoop } from './loops.mjs';
import { Tally } from './tally.mjs';

/** Conversations by server and account, kept from job to job. */
const conversations = new Map();

async function conversationOf(user, { url, model }) {
  const key = `${url} ${user.email}`;
  if (!conversations.has(key)) {
    const tally = new Tally();
    const check = await ask(user, { endpoint: 'openAI', model }, tally);
    if (!check) throw new Error(`no conversation for ${user.email}: ${Object.keys(tally.failures)}`);
    conversations.set(key, check.created.conversationId);
  }
  return conversations.get(key);
}

export default async function (users, plan, tally, { begin, end }) {
  await Promise.all(users.map(async (user) => (user.id = plan.conversation ?? (await conversationOf(user, plan)))));
  tally.facts.sample = users[0].id;
  let n = 0;
  const work = async (user, connection, due = performance.now()) => {
    const which = n++ % CALLS.length;
    const about = { id: user.id, email: user.email, title: plan.title ?? `Title ${n}` };
    if (!(await call(CALLS[which], { ...user, connection }, about, tally))) return;
    tally.count('calls');
    tally.time('call', performance.now() - due);
  };
  begin();
  if (plan.rate) {
    const idle = new Idle(() => new Connection(plan.url));
    await openLoop(plan, (due, i) => idle.with((connection) => work(users[i % users.length], connection, due)));
    idle.close();
  } else {
    await closedLoop({ ...plan, users }, (user) => work(user, user.connection));
  }
  end();
}
