import type { Person } from './person.js';

/** A program with a key of somebody's, and the calls that it makes. */
export class Program {
  private constructor(
    readonly url: string,
    readonly key: { id: string; name: string },
    readonly secret: string,
  ) {}

  static async of(person: Person, body: object = {}): Promise<Program> {
    const made = await person.call('POST', '/api/keys', { name: 'a program', scopes: ['api'], ...body });
    if (made.status !== 201) throw new Error(`a key: ${made.status} ${await made.text()}`);
    const { key, secret } = (await made.json()) as { key: { id: string; name: string }; secret: string };
    return new Program(person.url, key, secret);
  }

  /** The same key, on another instance. */
  at(url: string): Program {
    return new Program(url, this.key, this.secret);
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        'x-api-key': this.secret,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  ask(body: object, endpoint = 'openAI', headers: Record<string, string> = {}): Promise<Response> {
    return this.call('POST', `/api/ask/${endpoint}`, body, headers);
  }
}
