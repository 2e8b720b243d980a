import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { allEvents, type ServerEvent } from './sse.js';

export const PASSWORD = 'correct horse battery';
/** For `SETUP_CODE` of a server behind a proxy; another asks for none. */
export const SETUP_CODE = 'a-setup-code-of-tests';

/** Somebody with an account, and the calls that a client makes for them. */
export class Person {
  private constructor(
    readonly url: string,
    readonly user: { id: string; name: string; email: string; role: string },
    public token: string,
    public cookie: string,
  ) {}

  static async join(url: string, name = 'Ada'): Promise<Person> {
    const email = `${randomUUID()}@example.org`;
    const json = { 'content-type': 'application/json' };
    const account = { name, email, password: PASSWORD, setupCode: SETUP_CODE };
    const registered = await fetch(`${url}/api/auth/register`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(account),
    });
    if (registered.status !== 201) throw new Error(`register: ${registered.status} ${await registered.text()}`);
    return Person.logIn(url, email);
  }

  static async logIn(url: string, email: string, password = PASSWORD): Promise<Person> {
    const response = await fetch(`${url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (response.status !== 200) throw new Error(`login: ${response.status} ${await response.text()}`);
    const { user, token } = (await response.json()) as any;
    return new Person(url, user, token, response.headers.get('set-cookie')!.split(';')[0]);
  }

  /** The same log-in, on another instance. */
  at(url: string): Person {
    return new Person(url, this.user, this.token, this.cookie);
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  async get(path: string): Promise<any> {
    const response = await this.call('GET', path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** Asks for the event stream. */
  ask(body: object | string, endpoint = 'openAI', headers: Record<string, string> = {}): Promise<Response> {
    const question = typeof body === 'string' ? { message: body } : body;
    return this.call('POST', `/api/ask/${endpoint}`, question, headers);
  }

  /**
   * As a client does on a busy machine: where the server says that a store did not answer in time (503), the same again, by
   * one idempotency key.
   */
  async askUntilTaken(body: object | string, endpoint = 'openAI'): Promise<Response> {
    const headers = { 'idempotency-key': randomUUID() };
    for (;;) {
      const response = await this.ask(body, endpoint, headers);
      if (response.status === 200) return response;
      const words = `ask: ${response.status} ${await response.text()}`;
      if (![503, 409].includes(response.status)) throw new Error(words);
      await sleep(Number(response.headers.get('retry-after')) * 1000);
    }
  }

  /** Asks, and reads the whole stream. */
  async askAll(body: object | string, endpoint = 'openAI', headers = {}): Promise<ServerEvent[]> {
    const response = await this.ask(body, endpoint, headers);
    if (response.status !== 200) throw new Error(`ask: ${response.status} ${await response.text()}`);
    return allEvents(response);
  }

  resume(messageId: string, lastEventId?: string): Promise<Response> {
    return this.call(
      'GET',
      `/api/streams/${messageId}`,
      undefined,
      lastEventId ? { 'last-event-id': lastEventId } : {},
    );
  }

  /** All messages of a conversation (of at most a hundred). */
  async messages(conversationId: string): Promise<any[]> {
    return (await this.get(`/api/convos/${conversationId}/messages?limit=100`)).items;
  }
}
