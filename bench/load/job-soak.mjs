// The user of the report's first page: logs in, asks, thinks, reads on after a cut, stops an answer, lists, searches; for
// `minutes`. All checked: each answer to the last character, each list for what must be in it.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';
import { call, CALLS } from './calls.mjs';
import { Connection } from './connection.mjs';
import { closedLoop } from './loops.mjs';

const THINK_MS = [1000, 5000];
const think = () => sleep(THINK_MS[0] + Math.random() * (THINK_MS[1] - THINK_MS[0]));

async function logIn(user, tally) {
  const { email, password } = user;
  const { status, body } = await user.connection.request({
    method: 'POST',
    path: '/api/auth/login',
    json: { email, password },
  });
  if (status !== 200) return tally.fail(`login ${status}`);
  user.token = JSON.parse(body).token;
  tally.count('logins');
}

/** Cuts the line after some tokens, and reads on from there. */
function cutOnce({ connection }) {
  let isCut = false;
  return (check) => {
    if (isCut || check.tokens < 10 || check.isOver) return;
    isCut = true;
    connection.close();
  };
}

/** Presses stop after some tokens. What was streamed by then is what is kept. */
function stopOnce(user, helper, tally) {
  let isPressed = false;
  return (check) => {
    if (isPressed || check.tokens < 10 || check.isOver) return;
    isPressed = true;
    check.mayStop = true;
    const path = `/api/streams/${check.created.messageId}/stop`;
    const headers = { authorization: `Bearer ${user.token}` };
    helper.request({ method: 'POST', path, headers }).then(
      ({ status }) => (status === 200 ? tally.count('stops') : tally.fail(`stop ${status}`)),
      (error) => tally.fail(error.code ?? error.message),
    );
  };
}

async function search(user, conversationId, tally) {
  const path = `/api/search?q=${encodeURIComponent(user.name)}`;
  const headers = { authorization: `Bearer ${user.token}` };
  const { status, body } = await user.connection.request({ method: 'GET', path, headers });
  if (status !== 200) return tally.fail(`search ${status}`);
  if (!JSON.parse(body).items.some(({ message }) => message.conversationId === conversationId)) {
    return tally.fail('search did not find a question');
  }
  tally.count('searches');
}

async function session(user, plan, tally) {
  await logIn(user, tally);
  const first = await ask(user, plan, tally);
  if (!first) return;
  const { conversationId } = first.created;
  const more = { body: { conversationId } };
  await think();
  await ask(user, { ...plan, resumes: true }, tally, { ...more, watch: cutOnce(user) });
  await think();
  await ask(user, plan, tally, { ...more, watch: stopOnce(user, user.helper, tally) });
  await think();
  for (const one of CALLS) {
    const about = { id: conversationId, email: user.email, title: `Title of ${user.name}` };
    if (await call(one, user, about, tally)) tally.count('calls');
  }
  await search(user, conversationId, tally);
  await think();
}

export default async function (users, plan, tally, { begin, end }) {
  for (const user of users) user.helper = new Connection(plan.url);
  begin();
  await closedLoop({ ...plan, users }, (user) =>
    session(user, plan, tally).catch((error) => tally.fail(error.code ?? error.message)),
  );
  end();
  for (const user of users) user.helper.close();
}
