import { unescape } from 'node:querystring';
import { pipeline } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { readBounded } from './bounded-body.js';
import { canDecompress, decompressor, encodingOf } from './decompressor.js';
import { type CallLimits, type CallListener, ProviderCall, TICK_MS } from './provider-call.js';
import { dispatcherFor, type ProviderRoute } from './provider-dispatcher.js';
import { Ticker } from './ticker.js';

/** How providers are reached; all in ms. `idleMs`: silence within an answer. */
export interface ProviderConnection extends ProviderRoute {
  firstByteMs: number;
  idleMs: number;
}

const LIST_TIMEOUT_MS = 10_000;
/** A list of models is long with a provider that has hundreds. */
const LIST_BYTES = 8 * 1024 * 1024;

/** Compressed, a stream is held back for the sake of its packing. What comes so all the same is unpacked. */
const PLAIN = { 'accept-encoding': 'identity' };

/** Headers that are of a connection, of its client, or of a body, and not of what is asked. */
const OURS =
  /^(host|connection|keep-alive|te|trailer|upgrade|expect|via|cookie|authorization|x-api-key|accept-encoding|proxy-.*|x-forwarded-.*|forwarded|transfer-encoding|content-.*|user-agent)$/;

/** Calls to one provider, over connections that are kept: as many at once as there are calls. */
export class ProviderClient {
  private readonly base: URL;
  private readonly headers: Record<string, string>;
  private readonly ownNames: Set<string>;
  private readonly dispatcher: Dispatcher;
  private readonly limits: CallLimits;
  private readonly ticker = new Ticker(TICK_MS);

  /** `baseURL` may hold a user and a password, which become Basic authentication, and a query, which is kept. */
  constructor(baseURL: string, headers: Record<string, string>, connection: ProviderConnection) {
    this.base = new URL(baseURL);
    this.headers = { 'user-agent': 'parley', ...basicAuth(this.base), ...headers };
    this.ownNames = new Set(Object.keys(this.headers).map((name) => name.toLowerCase()));
    this.dispatcher = dispatcherFor(this.base, connection);
    const { connectMs, firstByteMs, idleMs } = connection;
    this.limits = { connecting: connectMs, waiting: firstByteMs, reading: idleMs };
  }

  /** Posts `body` as JSON and asks for an event stream. The listener hears of everything, errors too. */
  post(path: string, body: object, listener: CallListener): ProviderCall {
    return this.send(path, JSON.stringify(body), { accept: 'text/event-stream' }, listener);
  }

  /** Posts what somebody else wrote, JSON, with their headers as far as they are about the answer. As `post`. */
  forward(path: string, body: string | Buffer, given: Record<string, string>, listener: CallListener): ProviderCall {
    const headers: Record<string, string> = { accept: '*/*' };
    for (const [name, value] of Object.entries(given)) {
      const plain = name.toLowerCase();
      if (!OURS.test(plain) && !this.ownNames.has(plain)) headers[plain] = value;
    }
    return this.send(path, body, headers, listener);
  }

  private send(path: string, body: string | Buffer, given: object, listener: CallListener): ProviderCall {
    const call = new ProviderCall(listener, this.limits, this.ticker);
    const headers = { 'content-type': 'application/json', ...given, ...PLAIN, ...this.headers };
    const options = { origin: this.base.origin, path: this.path(path), method: 'POST' as const, headers };
    // Silence is watched by the call.
    const noTimeouts = { headersTimeout: 0, bodyTimeout: 0 };
    this.dispatcher.dispatch({ ...options, ...noTimeouts, body }, call);
    return call;
  }

  /** Rejects with undici's error, or with SyntaxError where the body is no JSON. */
  async getJson(path: string): Promise<{ status: number; headers: Record<string, unknown>; body: unknown }> {
    const { statusCode, headers, body } = await request(new URL(this.path(path), this.base.origin), {
      dispatcher: this.dispatcher,
      headers: { accept: 'application/json', ...PLAIN, ...this.headers },
      signal: AbortSignal.timeout(LIST_TIMEOUT_MS),
    });
    const encoding = encodingOf(headers);
    const plain = encoding && canDecompress(encoding) ? pipeline(body, decompressor(encoding), () => undefined) : body;
    const text = await readBounded(plain, LIST_BYTES);
    return { status: statusCode, headers, body: statusCode === 200 ? JSON.parse(text) : text };
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private path(path: string): string {
    const [pathname, query] = path.split('?');
    const search = [this.base.search.slice(1), query].filter(Boolean).join('&');
    return this.base.pathname.replace(/\/+$/, '') + pathname + (search && `?${search}`);
  }
}

function basicAuth({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const credentials = `${unescape(username)}:${unescape(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
