import type { Forwarded } from './forwarded.js';
import { ModelError } from './model-error.js';

/**
 * Whether another server may be asked instead, where nothing of the answer has come yet: this one has too much to do (429),
 * does not work (5xx, 408), can't be reached or is silent, or its account has no credit left. What it refused for good (a
 * question, a key, a model), and a stream that broke off, is no reason.
 */
export function isPassedOn(error: unknown): error is ModelError {
  if (!(error instanceof ModelError)) return false;
  if (error.code === 'model_unavailable' || error.code === 'model_rate_limited') return true;
  const { reason } = (error.params ?? {}) as { reason?: string };
  // Of a connection: a certificate, before anything was sent.
  return error.code === 'model_misconfigured' && (reason === 'credit' || (reason === 'connection' && error.free));
}

/** The same of an answer that is not read. */
export function isPassedOnAnswer({ status }: Pick<Forwarded, 'status'>): boolean {
  return status === 429 || status >= 500;
}
