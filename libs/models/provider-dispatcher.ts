import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { isWithoutProxy } from './no-proxy.js';

/** How a provider is reached. */
export interface ProviderRoute {
  /** Longest wait for a connection, in ms. */
  connectMs: number;
  /** Addresses of the proxies for https and for http. */
  httpsProxy?: string;
  httpProxy?: string;
  /** Which hosts are called without one, as in `isWithoutProxy`. */
  noProxy?: string;
}

/**
 * Connections to one provider, straight or over the proxy for its protocol; the environment is not looked at. Over a proxy
 * https goes through a tunnel, plain http as requests with the whole address (RFC 9112 §3.2.2), as curl does: many proxies
 * allow tunnels to port 443 alone.
 *
 * Keep-alive stays at undici's 4 s: many servers close after 5 (uvicorn, Node) without saying so, and a question sent
 * into a closing connection fails. Who says more (`Keep-Alive: timeout=`) is kept longer.
 */
export function dispatcherFor(base: URL, route: ProviderRoute): Dispatcher {
  const connect = { timeout: route.connectMs };
  const proxy = base.protocol === 'https:' ? route.httpsProxy : route.httpProxy;
  if (!proxy || isWithoutProxy(base, route.noProxy)) return new Agent({ connect });
  // The proxy's own answer is a part of connecting, for which undici would wait 5 minutes.
  const clientFactory = (origin: URL, options: object) =>
    new Pool(origin, { ...options, headersTimeout: route.connectMs });
  return new ProxyAgent({
    uri: proxy,
    proxyTunnel: base.protocol === 'https:',
    connect,
    proxyTls: connect,
    requestTls: connect,
    clientFactory,
  });
}
