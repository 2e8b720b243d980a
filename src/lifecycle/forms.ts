import { AppError } from '../../libs/errors/index.js';

/**
 * What instances share has forms, numbered by what a build has to know to carry it; each instance says on the list of
 * instances which it knows. Rows: 1 is that of 0.1; 2 may be held for a person. Jobs: 1.
 * Queues, by where they lie: those of 0.1 are its own.
 */
export const ROW_FORM = 2;
export const JOB_FORM = 1;
export const QUEUE_FORM = 2;

const RETRY_SECONDS = 5;

/** For what an instance of an older build could not carry. */
export function upgrading(): AppError {
  return new AppError('upgrading', 503, 'The server is being upgraded. Please try again in a moment.', {
    retryAfterSeconds: RETRY_SECONDS,
  });
}
