// Log-ins, one after the other, by every user.
import { closedLoop } from './loops.mjs';

export default async function (users, plan, tally, { begin, end }) {
  begin();
  await closedLoop({ ...plan, users }, async ({ email, password, connection }) => {
    const start = performance.now();
    const json = { email, password };
    const { status, body } = await connection
      .request({ method: 'POST', path: '/api/auth/login', json })
      .catch((error) => ({ status: error.code ?? error.message }));
    if (status !== 200) return tally.fail(`login ${status}`);
    if (JSON.parse(body).user.email !== email) return tally.fail('logged in as somebody else');
    tally.count('logins');
    tally.time('login', performance.now() - start);
  });
  end();
}
