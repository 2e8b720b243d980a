/** Data of an event that can't be read and may have been a part of the answer, so that nobody may call the rest whole. */
export class GarbledError extends Error {
  /** It looks like text, also where the answer was said to be over. */
  readonly mayBeText: boolean;

  constructor(data: string, cause?: unknown) {
    super('an event of the stream can not be read', { cause });
    this.name = 'GarbledError';
    this.mayBeText = mayHoldText(data) || (data.includes('"chat.completion.chunk"') && !data.includes('"usage"'));
  }
}

/** Whether something that is no JSON, or no field of an event stream, looks like a piece of an answer. */
export function mayHoldText(data: string): boolean {
  return /"(content|text|delta|message)"/.test(data);
}

/** Keys of names, and keys and types of what is not said: thoughts, calls, pictures, why it ended. */
const NAMES = /^(id|object|model|role|type|name|event|status|index|service_tier|provider)$|created|fingerprint/i;
const UNSAID =
  /reason|think|thought|tool|function|json|image|audio|file|citation|annotation|signature|usage|filter|ping/i;

/** Whether a value in which no text was found holds one all the same, in a form that is not known here. */
export function mayBeSaid(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.some(mayBeSaid);
  if (!isObject(value) || UNSAID.test(String((value as { type?: unknown }).type))) return false;
  return Object.entries(value).some(([key, inner]) => !NAMES.test(key) && !UNSAID.test(key) && mayBeSaid(inner));
}

/** `ping`, `keep-alive`, `: OPENROUTER PROCESSING`, blanks: what no broken JSON looks like. */
const HEARTBEAT = /^[\w\s.:,;!+*#-]{0,200}$/;
/** What is said only to be heard. Other words may be an answer. */
const LIFE =
  /^[^a-z]*$|\b(ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|processing|waiting|queued|connected|undefined|none)\b/i;

const DONE = /^\[?done\]?$/i;

export interface OnData {
  /** `data`: as it was written; of one in a list, its own part. */
  object(object: object, data: string): void;
  /** The end marker. */
  done(): void;
  /** Words that are no sign of life. */
  missed(): void;
}

/**
 * Reads the data of one event: a JSON object, several in a list or in lines whose empty lines between them were left out,
 * or the end marker `[DONE]`. Heartbeats, numbers and null are nothing. Throws GarbledError.
 */
export function readData(data: string, on: OnData): void {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (error) {
    return readOdd(data, on, error);
  }
  if (isObject(value)) on.object(value, data);
  else if (typeof value === 'string') words(value, on);
  else if (Array.isArray(value)) for (const one of value) if (isObject(one)) on.object(one, JSON.stringify(one));
}

function readOdd(data: string, on: OnData, cause: unknown): void {
  if (DONE.test(data.trim())) return on.done();
  if (HEARTBEAT.test(data)) return words(data, on);
  if (!data.includes('\n')) throw new GarbledError(data, cause);
  for (const line of data.split('\n')) readData(line, on);
}

function words(text: string, on: OnData): void {
  if (!LIFE.test(text)) on.missed();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number of tokens; anything else would go into sums and limits. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
