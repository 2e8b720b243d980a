import { byReason, type ErrorWords, type FieldWords } from './error-words.js';

const OURS = 'The server does not take this from the page. Please reload the page.';
const REFUSED = 'The model’s provider refused this question.';
const MISCONFIGURED = 'This model is not set up correctly on the server.';
const number = (value: number) => value.toLocaleString('en');
const megabytes = (bytes: number) => number(Math.floor(bytes / 1_000_000));

/** By the code, in the reader's words: never in the server's. */
export const errors = {
  unreachable: 'The server can’t be reached. Please look at your connection.',
  unavailable: 'The server is not available right now.',
  maintenance: 'The server is being looked after. Please try again soon.',
  internal: 'Something went wrong on the server.',
  validation_failed: 'Something in it is not valid.',
  invalid_credentials: 'E-mail or password is wrong.',
  unauthenticated: 'Please log in.',
  session_revoked: 'This session has ended. Please log in again.',
  session_unknown: 'This session has ended already.',
  key_unknown: 'This key does not exist (any more).',
  scope_missing: 'A key may not do this.',
  too_many_keys: ({ maximum }) => `You have ${maximum} keys already. Revoke one first.`,
  forbidden: ({ reason }) =>
    byReason(
      reason,
      {
        account_disabled: 'This account is disabled. Please ask whoever runs this server.',
        admins_only: 'Only admins may do this.',
        keys_off: 'API keys are switched off on this server.',
      },
      'This is not allowed.',
    ),
  email_taken: 'There already is an account with this e-mail address.',
  registration_closed: 'This server takes no new accounts. Please ask whoever runs it.',
  setup_code_required: ({ reason }) =>
    byReason(reason, { wrong: 'This set-up code is wrong.' }, 'Please enter the set-up code.'),
  user_unknown: 'This account does not exist any more.',
  last_admin: 'This is the last admin. Make somebody else an admin first.',
  not_found: 'This does not exist (any more).',
  conversation_unknown: 'This conversation does not exist (any more).',
  message_unknown: 'This message does not exist (any more).',
  endpoint_unknown: 'This provider is not available any more. Please choose another model.',
  model_unknown: 'This model is not available any more. Please choose another one.',
  generation_running: 'The answer before is still being written.',
  model_cannot: ({ of }) =>
    byReason(
      of,
      { image: 'This model takes no pictures.', pdf: 'This model takes no PDFs.' },
      'This model can’t be told how much to think.',
    ),
  file_unknown: 'This file does not exist (any more).',
  file_processing: 'The file is still being read. Please try again in a moment.',
  file_unreadable: ({ reason }) =>
    byReason(
      reason,
      {
        encrypted: 'This file is encrypted, so it can’t be read.',
        too_big: 'There is too much in this file to be read.',
        too_many_pixels: 'This picture has too many pixels.',
        took_too_long: 'It took too long to read this file.',
        empty: 'There is nothing in this file.',
      },
      'This file can’t be read: it is damaged, or not what it seems to be.',
    ),
  file_too_large: ({ maximum = 0 }) => `This file is too large: at most ${megabytes(maximum)} MB.`,
  file_type_unsupported: 'Files of this kind can’t be read.',
  file_in_use: 'This file is part of a message.',
  quota_exceeded: 'There is no room left for your files. Delete some that you don’t need.',
  conversation_changed: 'Another question came in between.',
  stream_expired: 'This answer has ended already.',
  idempotency_in_progress: 'Your question is still being accepted.',
  idempotency_mismatch: OURS,
  method_not_allowed: OURS,
  unsupported_media_type: OURS,
  headers_too_large: OURS,
  refused: OURS,
  host_not_allowed: 'The server does not answer under this address.',
  request_timeout: 'It took too long to be sent.',
  body_too_large: 'That is too long to be sent.',
  rate_limited: ({ limit }) => {
    const questions = 'That was a lot of questions in a short time.';
    const tries = 'Those were too many tries.';
    return byReason(
      limit,
      {
        ...{ 'message-user': questions, 'message-ip': questions },
        ...{ login: tries, 'login-account': tries, 'login-account-all': tries, register: tries },
      },
      'That was a lot of calls in a short time.',
    );
  },
  too_many_concurrent: ({ of = 'answers' }) =>
    byReason(
      of,
      { answers: 'So many of your answers are being written at once that there is no place for another.' },
      'Too much is under way for you at once. Please try again in a moment.',
    ),
  token_budget: 'Your token budget is used up.',
  budget_exhausted: ({ budget }) => `The token budget “${budget}” is used up.`,
  queue_full: 'The server has more questions than it can hold.',
  draining: 'The server is restarting.',
  upgrading: 'The server is being upgraded. Please try again in a moment.',
  dependency_down: ({ reason, provider = 'The provider' }) =>
    byReason(
      reason,
      {
        question_stored: 'Your question is kept, and answered as soon as the server can. Please don’t ask it anew.',
        deletion_goes_on: 'Not everything is deleted yet. It goes on by itself.',
        passwords_busy: 'A lot of people are logging in right now. Please try again.',
        provider: `${provider} does not answer right now.`,
      },
      'A part of the server is away for the moment.',
    ),
  model_unavailable: 'The model did not answer.',
  model_rate_limited: 'The model’s provider is busy and takes no more questions for now.',
  model_broken_stream: ({ reason }) =>
    byReason(
      reason,
      {
        no_answer: 'The model’s provider sent something that is no answer.',
        too_long: 'The answer became longer than this server takes, and was cut off.',
      },
      'The model broke off in mid-answer.',
    ),
  model_refused: ({ reason }) =>
    byReason(
      reason,
      { content: `${REFUSED} Its rules on content do not allow it: please ask in another way.` },
      REFUSED,
    ),
  model_misconfigured: ({ reason, provider = 'The provider' }) => {
    const other = `${MISCONFIGURED} ${provider} does not offer it here: please choose another one.`;
    return byReason(
      reason,
      {
        key: `${MISCONFIGURED} ${provider} does not take the server’s key.`,
        credit: `${MISCONFIGURED} The server’s account at ${provider} has no credit left.`,
        ...{ access: other, model: other },
      },
      MISCONFIGURED,
    );
  },
  context_too_long: 'This conversation is too long for the model.',
  interrupted: 'The answer was interrupted.',
  conversation_deleted: 'The conversation has been deleted.',
} satisfies ErrorWords;

/** By the code of a bad field. */
export const fields = {
  required: 'Please fill this in.',
  empty: 'Please fill this in.',
  too_short: ({ minimum }) => `At least ${number(minimum)} characters.`,
  too_long: ({ maximum }) => `At most ${number(maximum)} characters.`,
  too_small: ({ minimum }) => `At least ${number(minimum)}.`,
  too_big: ({ maximum }) => `At most ${number(maximum)}.`,
  wrong_type: 'This is of the wrong kind.',
  not_one_of: ({ options }) => `One of these: ${options.filter(Boolean).join(', ')}.`,
  bad_format: ({ format }) =>
    byReason(
      format,
      { email: 'This is no e-mail address.', one_line: 'This holds characters that can’t be shown.' },
      'This can’t be read.',
    ),
  guessable_password: ({ reason }) =>
    byReason(
      reason,
      {
        common: 'This is one of the most common passwords. Please take another.',
        product: 'This is the name of this program. Please take another.',
      },
      'This is your own name or address. Please take another.',
    ),
  unknown_field: 'The server does not know this.',
  in_the_past: 'This is over already.',
  repeated: 'This is there twice.',
  conflicts: 'This does not go with the rest.',
  one_required: 'Something is missing here.',
  too_deep: 'This is too much at once.',
  too_many: 'This is too much at once.',
  more_errors: ({ count }) => `And ${number(count)} more.`,
  invalid: 'This is not valid.',
} satisfies FieldWords;
