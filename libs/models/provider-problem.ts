/** What a provider says went wrong. */
export interface Problem {
  /** An HTTP status that says the same, where the provider gives one or names the kind; in a stream there is no other. */
  status?: number;
  /** All names that it gives to the kind of error, in small letters, with spaces. */
  kind: string;
  /** Its own words: never shown before they were scrubbed. */
  message: string;
}

type Fields = Record<string, unknown>;

/** Names of kinds that OpenAI, Anthropic and those who speak like them give, in a stream without any status. */
const STATUS_OF_KIND: Array<[RegExp, number]> = [
  [/authentication|invalid_api_key|unauthorized/, 401],
  [/billing/, 402],
  [/permission/, 403],
  [/not_found/, 404],
  [/too_large/, 413],
  [/rate_limit|too_many_requests|resource_exhausted|insufficient_quota/, 429],
  [/overloaded/, 529],
  [/timeout/, 504],
  [/invalid_request|bad_request|badrequest/, 400],
];

/**
 * Reads the forms in which providers say that something is wrong: `{ error: { message, type, code } }` (OpenAI, and
 * Anthropic with a `type` around it), in a list (Gemini), `{ error: "…" }` (Ollama), `{ message }` and
 * `{ object: "error" }` (vLLM), `{ detail }` (FastAPI). Null: none of them.
 */
export function readProblem(body: unknown): Problem | null {
  const outer = asFields(Array.isArray(body) ? body[0] : body);
  if (!outer) return null;
  if (typeof outer.error === 'string') return { kind: '', message: outer.error };
  const said = asFields(outer.error) ?? outer;
  const message = said.message ?? said.detail ?? said.msg;
  if (message === undefined && said === outer) return null;

  const inner = asFields(said.innererror) ?? {};
  const names = [said.type, said.code, said.status, inner.code].filter((name) => typeof name === 'string');
  const kind = names.join(' ').toLowerCase();
  return { status: statusOf(said, kind), kind, message: typeof message === 'string' ? message : toText(message) };
}

/** As `readProblem`, of a text. */
export function parseProblem(text: string): Problem | null {
  try {
    return readProblem(JSON.parse(text));
  } catch {
    return null;
  }
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

const toText = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));

function statusOf({ code, status }: Fields, kind: string): number | undefined {
  const given = [status, code].map(Number).find((number) => number >= 400 && number < 600);
  return given ?? STATUS_OF_KIND.find(([names]) => names.test(kind))?.[1];
}
