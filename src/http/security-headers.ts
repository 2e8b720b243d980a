import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

/** What Helmet sets, taken once: it would build the same strings anew for every request. */
function headers(styles: string[], base = "'none'"): Readonly<Record<string, string>> {
  const taken: Record<string, string> = { 'permissions-policy': 'camera=(), geolocation=(), microphone=()' };
  const response = {
    setHeader: (name: string, value: string) => (taken[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  } as unknown as ServerResponse;
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: styles,
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: [base],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
  });
  set({} as IncomingMessage, response, (error?: unknown) => {
    if (error) throw error;
  });
  return taken;
}

export const SECURITY_HEADERS = headers(["'self'"]);

/** Swagger UI writes style elements of its own. */
export const DOCS_HEADERS = headers(["'self'", "'unsafe-inline'"]);

/** bull-board too, and it names its folder in a `base` element. The web font that it asks for stays away. */
export const BOARD_HEADERS = headers(["'self'", "'unsafe-inline'"], "'self'");
