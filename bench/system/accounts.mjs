// People with accounts, logged in. Made over the API, a few at a time: each costs two passwords' hashes.
const AT_ONCE = 8;
const PASSWORD = 'bench-user-password';

async function post(url, path, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function account(url, n) {
  const person = { name: `User ${n}`, email: `user${n}@example.org`, password: PASSWORD };
  await post(url, '/api/auth/register', person);
  const { email, password } = person;
  const { token } = await post(url, '/api/auth/login', { email, password });
  return { email, password, token };
}

/** Adds to `accounts` until there are `count`. */
export async function addAccounts(url, accounts, count) {
  let next = accounts.length;
  const work = async () => {
    for (let n; (n = next++) < count;) accounts[n] = await account(url, n);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
