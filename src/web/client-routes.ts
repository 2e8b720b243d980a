/** Addresses below these are the server's, whether or not there is something at them. */
const OURS = /^(api|assets|docs|health|metrics|socket\.io|admin\/queues)(\/|$)/;

/** A name with an ending, or a part that begins with a dot: a file, which is there or is not. */
const FILE = /(^|\/)\.|\.[^/]*$/;

/**
 * Whether the web client answers for an address (decoded, without the slash it begins with). Its router knows which pages
 * there are, and says so itself where there is none; so that a new page needs no change here.
 */
export function isClientRoute(path: string, accept = ''): boolean {
  if (OURS.test(path) || FILE.test(path)) return false;
  return path === '' || accept.includes('text/html');
}
