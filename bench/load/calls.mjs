// Reads and writes of the API, and what is right about their answers.

/** One in five writes. Each call looks at the answer and says what is wrong with it. */
export const CALLS = [
  { method: 'GET', path: () => '/api/convos?limit=20', wrong: ({ items }) => items.length === 0 },
  { method: 'GET', path: ({ id }) => `/api/convos/${id}`, wrong: ({ conversation }, { id }) => conversation.id !== id },
  {
    method: 'GET',
    path: ({ id }) => `/api/convos/${id}/messages`,
    wrong: ({ items }, { id }) => items.length < 2 || items.some(({ conversationId }) => conversationId !== id),
  },
  { method: 'GET', path: () => '/api/user', wrong: ({ user }, { email }) => user.email !== email },
  {
    method: 'PATCH',
    path: ({ id }) => `/api/convos/${id}`,
    json: ({ title }) => ({ title }),
    wrong: ({ conversation }, { title }) => conversation.title !== title,
  },
];

/** `about`: the user's conversation `id`, `email`, and the `title` to give. False where the answer is wrong. */
export async function call({ method, path, json, wrong }, { connection, token }, about, tally) {
  const request = {
    method,
    path: path(about),
    json: json?.(about),
    headers: { authorization: `Bearer ${token}` },
  };
  try {
    const { status, body } = await connection.request(request);
    if (status !== 200) return tally.fail(`${method} status ${status}`);
    if (wrong(JSON.parse(body), about)) return tally.fail(`${method} ${path({ id: ':id' })} is wrong`);
    return true;
  } catch (error) {
    tally.fail(error.code ?? error.message);
  }
}
