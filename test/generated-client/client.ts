// A client as somebody else would write it: `api.ts` is made by openapi-typescript from `/docs/json` when the test runs, so
// this folder is compiled by that test alone.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

type Event = components['schemas']['AnswerEvent'];
type Account = { name: string; email: string; password: string };

/** Makes an account, logs in, asks, reads the stream, and the messages after that. */
export async function talk(baseUrl: string, account: Account) {
  const client = createClient<paths>({ baseUrl });
  const registered = await client.POST('/api/auth/register', { body: account });
  if (registered.error) throw new Error(registered.error.code);
  const { email, password } = account;
  const { data: loggedIn } = await client.POST('/api/auth/login', { body: { email, password } });
  if (!loggedIn) throw new Error('no log-in');
  client.use({
    onRequest: ({ request }) => request.headers.set('authorization', `Bearer ${loggedIn.token}`),
  });

  const asked = await client.POST('/api/ask/{endpoint}', {
    params: { path: { endpoint: 'demo' } },
    body: { message: 'What is a lighthouse?', maxTokens: 20 },
    parseAs: 'text',
  });
  const events = eventsIn(String(asked.data));
  const last = events.at(-1);
  if (last?.event !== 'final') throw new Error(`${last?.event}`);
  const text = events.map((event) => (event.event === 'delta' ? event.data.text : '')).join('');

  const { data: page } = await client.GET('/api/convos/{id}/messages', {
    params: { path: { id: last.data.message.conversationId }, query: { order: 'asc', limit: 10 } },
  });
  return { user: loggedIn.user, text, final: last.data.message, messages: page?.items ?? [] };
}

/** The refusal of a call that names too much, as data. */
export async function refusedLimit(baseUrl: string, token: string): Promise<number | undefined> {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  const { error } = await client.GET('/api/convos', { params: { query: { limit: 101 } } });
  const [bad] = error?.errors ?? [];
  return bad?.code === 'too_big' ? bad.params.maximum : undefined;
}

function eventsIn(stream: string): Event[] {
  return stream.split('\n\n').flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const [event, data] = [field('event'), field('data')];
    return event && data ? [{ id: field('id'), event, data: JSON.parse(data) } as Event] : [];
  });
}
