// Makes the accounts of the load test on a running server, and notes them in accounts.json: `npm run accounts`.
// Behind a proxy the very first one needs SETUP_CODE.
import { writeFileSync } from 'node:fs';

const TARGET = process.env.TARGET ?? 'http://127.0.0.1:3080';
const COUNT = Number(process.env.ACCOUNTS ?? 500);
const AT_ONCE = 8;
const password = 'artillery-user-password';
const accounts = Array.from({ length: COUNT }, (_, i) => `artillery${i}@example.org`);

async function register(email, i) {
  const response = await fetch(`${TARGET}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `Artillery ${i}`, email, password, setupCode: process.env.SETUP_CODE }),
  });
  // 409: it is there already, from an earlier run.
  if (response.status !== 201 && response.status !== 409) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
}

let next = 0;
const work = async () => {
  for (let i; (i = next++) < COUNT;) await register(accounts[i], i);
};
await Promise.all(Array.from({ length: AT_ONCE }, work));
writeFileSync(new URL('accounts.json', import.meta.url), JSON.stringify({ password, accounts }));
console.log(`${COUNT} accounts at ${TARGET}`);
