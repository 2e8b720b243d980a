import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { pageHeaders } from '../http/security-headers.js';
import { isFresh, isPageBuilt, type Page, readPage, webFolder } from './page.js';

type Settings = Pick<Config, 'CDN_URL' | 'STATIC_CACHE_MAX_AGE' | 'STATIC_CACHE_S_MAX_AGE'>;
type Headers = Record<string, string>;

/** Files at the root keep their names from build to build (the icon, the manifest). */
const ROOT_FILE = /^(?!index\.html$)[\w-][\w.-]*\.[a-z0-9]+(?<!\.(br|gz))$/;
const ASSETS = '/assets/';
/** Addresses below these are the server's, whether or not there is something at them. */
const OURS = /^(api|assets|docs|health|metrics|socket\.io|admin\/queues|v1)(\/|$)/;

/** A name with an ending, or a part that begins with a dot: a file, which is there or is not. */
const FILE = /(^|\/)\.|\.[^/]*$/;
const ROOT_HEADERS: Headers = { 'cache-control': 'public, max-age=3600' };

const NOT_BUILT =
  'Parley runs, but its web client is not built. Run `npm run build` and start again, or use the API: see /docs.\n';

/** The build puts a digest into the names of assets: what has a name never changes. */
function assetHeaders(config: Settings): Headers {
  const shared = config.STATIC_CACHE_S_MAX_AGE === undefined ? '' : `, s-maxage=${config.STATIC_CACHE_S_MAX_AGE}`;
  return {
    'cache-control': `public, max-age=${config.STATIC_CACHE_MAX_AGE}${shared}, immutable`,
    // Scripts and fonts that come from another origin need its leave, and the CDN passes on what we say.
    ...(config.CDN_URL && { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }),
  };
}

function sendPage(page: Page, headers: Headers, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers(headers).header('etag', page.etag);
  if (isFresh(request.headers['if-none-match'], page.etag)) return reply.code(304).send();
  return reply.type('text/html; charset=utf-8').send(page.html);
}

/**
 * The web client: its assets at `/assets`, and its page at every address that is nobody else's. Assets are looked up with
 * each request: while a reload goes from process to process, those of both builds can be had from all. Where there is no
 * build, `/` says so. To be called before the app is initialized.
 */
export async function serveWeb(fastify: FastifyInstance, config: Settings, folder = webFolder()): Promise<void> {
  if (!isPageBuilt(folder)) {
    fastify.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(NOT_BUILT));
    return;
  }
  const page = readPage(folder, config.CDN_URL);
  const headers = {
    ...pageHeaders(config.CDN_URL),
    'cache-control': 'no-cache',
    vary: 'accept, accept-encoding',
  };
  await fastify.register((scope) =>
    serveFiles(scope, folder, assetHeaders(config), sendPage.bind(null, page, headers)),
  );
}

async function serveFiles(
  fastify: FastifyInstance,
  folder: string,
  headers: Headers,
  sendIt: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): Promise<void> {
  const assets = join(folder, 'assets');
  // A CDN fetches them under its own name.
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith(ASSETS)) route.config = { ...route.config, anyHost: true };
  });
  // A 404 may be for a file that the next process already has.
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    done();
  });
  await fastify.register(staticFiles, {
    root: assets,
    prefix: ASSETS,
    preCompressed: true,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, path) => void reply.headers(path.startsWith(assets) ? headers : ROOT_HEADERS),
  });
  fastify.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const path = request.params['*'];
    if (isClientRoute(path, request.headers.accept)) return sendIt(request, reply);
    if (!ROOT_FILE.test(path)) return reply.callNotFound();
    return reply.sendFile(path, folder);
  });
}

/**
 * Whether the web client answers for an address (decoded, without the slash it begins with). Its router knows which pages
 * there are, and says so itself where there is none; so that a new page needs no change here.
 */
function isClientRoute(path: string, accept = ''): boolean {
  if (OURS.test(path) || FILE.test(path)) return false;
  return path === '' || accept.includes('text/html');
}
