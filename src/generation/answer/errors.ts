import type { MessageError } from '../../chat/store/index.js';

/** Ends that are not the model's doing, in words the person can act on. */
export const INTERRUPTED: MessageError = {
  code: 'interrupted',
  title: 'The server was stopped before the answer was finished. Ask again to get another one.',
  retryable: true,
};

export const NEVER_BEGUN: MessageError = {
  code: 'interrupted',
  title: 'The question could not be put in line. Please ask again.',
  retryable: true,
};

export const DIED_TOO_OFTEN: MessageError = {
  code: 'internal',
  title: 'The answer was given up, because the server failed under it three times.',
  retryable: false,
};

export const INTERNAL: MessageError = {
  code: 'internal',
  title: 'Something went wrong on our side. The text so far is kept.',
  retryable: true,
};

export const TOO_LONG: MessageError = {
  code: 'model_broken_stream',
  title: 'The model did not stop talking, so the answer was cut off.',
  retryable: false,
  params: { reason: 'too_long' },
};

export const CUT_BY_FILTER: MessageError = {
  code: 'model_refused',
  title: 'The provider’s content filter cut this answer off.',
  retryable: false,
  params: { reason: 'filter' },
};

export const NO_SUCH_ENDPOINT: MessageError = {
  code: 'model_misconfigured',
  title: 'The endpoint of this answer is not configured any more.',
  retryable: false,
  params: { reason: 'endpoint' },
};
