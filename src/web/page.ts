import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolder } from '../config/version.js';

/** Where the build leaves the web client. */
export function webFolder(): string {
  return join(installFolder(), 'web', 'dist');
}

/** Whether there is a web client to serve. */
export function isPageBuilt(folder = webFolder()): boolean {
  return existsSync(join(folder, 'index.html'));
}

/** The HTML that every address of the client answers with. */
export interface Page {
  html: string;
  /** Weak (RFC 9110 §8.8.1): it is the same for each compression of the same text. */
  etag: string;
}

const OWN_ASSET = /(\s(?:src|href)=")\/(?=assets\/)/g;

/**
 * Reads the page once, so that a process goes on giving out the build it was started with. Where `cdn` is set (no slash
 * at its end) the page takes its assets from there; what they load in turn they ask for beside themselves.
 */
export function readPage(folder: string, cdn?: string): Page {
  const source = readFileSync(join(folder, 'index.html'), 'utf8');
  const html = cdn ? source.replace(OWN_ASSET, (_, attribute: string) => `${attribute}${cdn}/`) : source;
  return { html, etag: `W/"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"` };
}

/** Whether an If-None-Match names this tag, by the weak comparison that it asks for (RFC 9110 §13.1.2). */
export function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return (
    ifNoneMatch !== undefined &&
    ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag))
  );
}
