// What refusals, failed answers and bad fields can be called, and what each says besides. Data alone: whoever makes words
// of it, in whatever language, takes its types from here.

/** Of a parameter: a number, a text, texts, or one of these. */
type Kind = 'number' | 'text' | 'texts' | readonly string[];
/** Of one code, by name. A name that ends in `?` may be left out. */
export type ParamKinds = Record<string, Kind>;

type ValueOf<K> = K extends 'number'
  ? number
  : K extends 'text'
    ? string
    : K extends 'texts'
      ? readonly string[]
      : K extends readonly (infer One)[]
        ? One
        : never;
type ParamsOf<D> = { [K in keyof D as K extends `${string}?` ? never : K]: ValueOf<D[K]> } & {
  [K in keyof D as K extends `${infer Name}?` ? Name : never]?: ValueOf<D[K]>;
};

/** Why a model did not answer. `provider` is its label, for people. */
const MODEL_ERRORS = {
  model_unavailable: { provider: 'text' },
  model_rate_limited: { provider: 'text' },
  model_broken_stream: { reason: ['broke_off', 'no_answer', 'too_long'], 'provider?': 'text' },
  model_refused: { reason: ['content', 'question', 'filter'], 'provider?': 'text' },
  /** `connection`: its certificate, a header, a coding; `endpoint`: it is not configured any more. */
  model_misconfigured: {
    reason: ['key', 'credit', 'access', 'model', 'address', 'connection', 'endpoint'],
    'provider?': 'text',
    'model?': 'text',
  },
  context_too_long: { model: 'text' },
} as const satisfies Record<string, ParamKinds>;

/** How an answer that is `interrupted` ended: `error` in its stream and of its message. */
export const ANSWER_ERRORS = {
  ...MODEL_ERRORS,
  interrupted: {},
  conversation_deleted: {},
  internal: {},
} as const satisfies Record<string, ParamKinds>;

/** `code` and `params` of a problem document. */
export const ERRORS = {
  ...ANSWER_ERRORS,
  validation_failed: {},
  // Who asks
  /** With a reason: it was a key that was brought. `mistyped`: it can't be one; `rests`: its account may not use it now. */
  unauthenticated: { 'reason?': ['key_mistyped', 'key_unknown', 'key_expired', 'key_rests', 'keys_differ'] },
  invalid_credentials: {},
  session_revoked: {},
  session_unknown: {},
  key_unknown: {},
  /** What the key would have to be for; none: no key may. */
  scope_missing: { 'scope?': 'text' },
  too_many_keys: { maximum: 'number' },
  forbidden: { 'reason?': ['account_disabled', 'admins_only', 'foreign_page', 'keys_off'] },
  email_taken: {},
  registration_closed: {},
  setup_code_required: { reason: ['missing', 'wrong'] },
  user_unknown: {},
  last_admin: {},
  // What is asked for
  not_found: {},
  endpoint_unknown: {},
  model_unknown: { endpoint: 'text', model: 'text' },
  /** What it takes no such thing of. */
  model_cannot: { model: 'text', of: ['image', 'pdf', 'effort'] },
  conversation_unknown: {},
  message_unknown: {},
  conversation_changed: {},
  generation_running: {},
  stream_expired: {},
  idempotency_mismatch: {},
  idempotency_in_progress: {},
  // Files
  file_unknown: {},
  file_processing: {},
  file_unreadable: {
    'reason?': ['damaged', 'encrypted', 'too_big', 'too_many_pixels', 'took_too_long', 'empty'],
    'maximum?': 'number',
  },
  file_too_large: { maximum: 'number' },
  file_type_unsupported: {},
  file_in_use: {},
  /** In bytes. */
  quota_exceeded: { quota: 'number' },
  // How
  method_not_allowed: {},
  request_timeout: {},
  body_too_large: {},
  unsupported_media_type: {},
  headers_too_large: {},
  host_not_allowed: {},
  refused: {},
  // How much. `limit` is a name of `RateLimit-Policy`; a proxy in front tells neither.
  rate_limited: {
    'limit?': [
      'message-user',
      'message-ip',
      'login',
      'login-account',
      'login-account-all',
      'register',
      'api',
      'upload-user',
      'program-user',
      'refused-body',
    ],
    'seconds?': 'number',
  },
  token_budget: { seconds: 'number' },
  /** Whose tokens are used up: the name of a key. */
  budget_exhausted: { budget: 'text', seconds: 'number' },
  too_many_concurrent: {
    of: ['answers', 'streams', 'searches', 'passwords', 'bodies', 'unread_answers', 'pages', 'uploads'],
    'maximum?': 'number',
  },
  queue_full: {},
  // Whether it can be done now
  draining: {},
  upgrading: {},
  maintenance: {},
  unavailable: {},
  dependency_down: {
    'reason?': ['question_stored', 'deletion_goes_on', 'passwords_busy', 'provider'],
    'provider?': 'text',
  },
} as const satisfies Record<string, ParamKinds>;

/** `code` and `params` of one bad field. */
export const FIELD_ERRORS = {
  /** Missing; `with`: because that one is there. */
  required: { 'with?': 'text' },
  /** Nothing, or nothing that one can see. */
  empty: {},
  /** In characters. */
  too_short: { minimum: 'number' },
  too_long: { maximum: 'number' },
  too_small: { minimum: 'number' },
  too_big: { maximum: 'number' },
  wrong_type: { expected: ['string', 'number', 'integer', 'boolean', 'object', 'array'] },
  not_one_of: { options: 'texts' },
  bad_format: { format: ['email', 'one_line', 'cursor', 'event_id', 'url', 'json', 'utf8', 'body', 'time'] },
  guessable_password: { reason: ['common', 'email', 'name', 'product'] },
  unknown_field: {},
  /** A time that is over. */
  in_the_past: {},
  /** One of several, more than once. */
  repeated: {},
  conflicts: { with: 'text' },
  /** At least one of them. */
  one_required: { fields: 'texts' },
  /** Levels of a body, and values in it. */
  too_deep: { maximum: 'number' },
  too_many: { maximum: 'number' },
  /** So many more bad fields are not told of. */
  more_errors: { count: 'number' },
  /** What no other code says. */
  invalid: {},
} as const satisfies Record<string, ParamKinds>;

export type ErrorCode = keyof typeof ERRORS;
export type ModelErrorCode = keyof typeof MODEL_ERRORS;
export type AnswerErrorCode = keyof typeof ANSWER_ERRORS;
export type FieldErrorCode = keyof typeof FIELD_ERRORS;

export type ErrorParams<C extends ErrorCode> = C extends ErrorCode ? ParamsOf<(typeof ERRORS)[C]> : never;
export type FieldErrorParams<C extends FieldErrorCode> = C extends FieldErrorCode
  ? ParamsOf<(typeof FIELD_ERRORS)[C]>
  : never;

/** A code that can be given without parameters. */
export type PlainErrorCode = { [C in ErrorCode]: object extends ErrorParams<C> ? C : never }[ErrorCode];

/** Given with the code; left out where the code has none. */
export type WithParams<P> = object extends P ? { params?: P } : { params: P };

/** What is wrong with a field, without words. */
export type FieldProblem = { [C in FieldErrorCode]: { code: C } & WithParams<FieldErrorParams<C>> }[FieldErrorCode];
