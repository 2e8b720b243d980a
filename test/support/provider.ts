import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './eventually.js';

/** One call that the product made to the model, held by the test. */
export class Call {
  closed = false;

  constructor(
    readonly body: any,
    readonly headers: IncomingMessage['headers'],
    private readonly response: ServerResponse,
  ) {
    response.on('close', () => (this.closed = true));
  }

  /** Sends pieces of the answer, as one delta each. */
  say(...texts: string[]): this {
    if (!this.response.headersSent) this.response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of texts) this.send({ choices: [{ index: 0, delta: { content } }] });
    return this;
  }

  /** Sends pieces of a thought, as one delta each. */
  think(...texts: string[]): this {
    this.say();
    for (const reasoning_content of texts) this.send({ choices: [{ index: 0, delta: { reasoning_content } }] });
    return this;
  }

  /** The whole rest of the answer, with its end marker. */
  finish(
    usage: { prompt_tokens: number; completion_tokens: number } | null = { prompt_tokens: 5, completion_tokens: 7 },
    reason = 'stop',
  ) {
    this.say();
    this.send({ choices: [{ index: 0, delta: {}, finish_reason: reason }], ...(usage && { usage }) });
    this.response.end('data: [DONE]\n\n');
  }

  /** Ends the stream without its end marker. */
  breakOff(): void {
    this.say();
    this.response.end();
  }

  fail(status: number, headers: Record<string, string> = {}, error: object = { message: 'scripted' }): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers });
    this.response.end(JSON.stringify({ error }));
  }

  raw(text: string): void {
    this.response.writeHead(200, { 'content-type': 'text/html' });
    this.response.end(text);
  }

  private send(chunk: object): void {
    this.response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...chunk })}\n\n`);
  }
}

/** An OpenAI-compatible server whose every answer a test gives by hand, or by `reply`. */
export class Provider {
  readonly calls: Call[] = [];
  /** Called for each call as it comes; unset: the test answers later. */
  reply: ((call: Call, n: number) => unknown) | undefined;
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Provider> {
    const server = createServer();
    const provider = new Provider(server);
    server.on('request', (request, response) => void provider.receive(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return provider;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** The environment that makes the product use it as `openAI`. */
  get env(): Record<string, string> {
    return { OPENAI_BASE_URL: this.baseUrl, OPENAI_API_KEY: 'sk-test', OPENAI_MODELS: 'gpt-test,gpt-other' };
  }

  /** Waits for the n-th call (from 0). */
  async call(n: number): Promise<Call> {
    await eventually(() => this.calls.length > n);
    return this.calls[n];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const call = new Call(text ? JSON.parse(text) : undefined, request.headers, response);
    this.calls.push(call);
    this.reply?.(call, this.calls.length - 1);
  }
}
