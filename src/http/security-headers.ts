import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

type Directives = Record<string, string[]>;

/** Of everything but the web client: API answers, and the pages of others that we serve. */
const OWN: Directives = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** What Helmet sets, taken once: it would build the same strings anew for every request. */
function headers(directives: Directives): Readonly<Record<string, string>> {
  const taken: Record<string, string> = { 'permissions-policy': 'camera=(), geolocation=(), microphone=()' };
  const response = {
    setHeader: (name: string, value: string) => (taken[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  } as unknown as ServerResponse;
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    xFrameOptions: { action: 'deny' },
  });
  set({} as IncomingMessage, response, (error?: unknown) => {
    if (error) throw error;
  });
  return taken;
}

export const SECURITY_HEADERS = headers(OWN);

/** Swagger UI writes style elements of its own. */
export const DOCS_HEADERS = headers({ ...OWN, styleSrc: ["'self'", "'unsafe-inline'"] });

/** What people have uploaded: whatever it is, it runs nothing and loads nothing, also where it is opened by itself. */
export const FILE_HEADERS = { ...SECURITY_HEADERS, 'content-security-policy': "default-src 'none'; sandbox" };

/** bull-board too, and it names its folder in a `base` element. The web font that it asks for stays away. */
export const BOARD_HEADERS = headers({ ...OWN, styleSrc: ["'self'", "'unsafe-inline'"], baseUri: ["'self'"] });

/**
 * Of the web client's page: nothing but what it needs, from here and from `cdn` (CDN_URL). `'self'` of connect-src holds
 * for the WebSocket on the same host too (CSP 3).
 *
 * Images may come from any https address: an answer's image is loaded when its reader clicks, and a policy can't be
 * widened at that moment. That nothing is loaded before the click is the page's part. People's own files are `blob:`: the
 * page fetches them with its token, which no address holds.
 */
export function pageHeaders(cdn?: string): Readonly<Record<string, string>> {
  const own = cdn ? ["'self'", `${cdn}/`] : ["'self'"];
  return headers({
    defaultSrc: ["'none'"],
    scriptSrc: own,
    styleSrc: own,
    fontSrc: own,
    imgSrc: [...own, 'data:', 'blob:', 'https:'],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  });
}
