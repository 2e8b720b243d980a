// All users read one long answer each, at the same time. They come within `rampSeconds`; a moment
// later, while all of them read, `seconds` are measured; then every answer is read to its end, and checked.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';

export default async function (users, plan, tally, { begin, end }) {
  tally.measuring = false;
  let whole = 0;
  const answers = users.map(async (user, i) => {
    await sleep((i / users.length) * plan.rampSeconds * 1000);
    if (await ask(user, plan, tally)) whole++;
  });
  await sleep((plan.rampSeconds + plan.settleSeconds) * 1000);
  begin();
  await sleep(plan.seconds * 1000);
  end();
  await Promise.all(answers);
  tally.facts.wholeAnswers = whole;
}
