import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { hasUnseen, UNSEEN_MESSAGE } from './clean.js';
import { fromHome } from './home.js';

/** Kinds of value that variables have. Each error says what would be right, for the list that is printed at start. */

const number = /^\d+$/;

/** A whole number, written in digits. */
export const integer = (min: number, max: number) => {
  const right = `must be a whole number from ${min} to ${max}`;
  return z.string().trim().regex(number, right).transform(Number).pipe(z.number().min(min, right).max(max, right));
};

export const flag = z.stringbool({ error: 'must be true or false' });

/** Where there is only one choice the message still says so. */
export const oneOf = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, `must be ${values.join(' or ')}`);

export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

/** A share of all: 0 is none, 1 is all. */
export const share = z
  .string()
  .trim()
  .regex(/^(0|1|0?\.\d+|[01]\.0*)$/, 'must be a number from 0 to 1')
  .transform(Number);

const pair = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*)$/s;

function decodes(text: string): boolean {
  try {
    return !/[\r\n\0]/.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

/** `name=value` with commas, values percent-encoded, as OpenTelemetry writes headers. */
export const pairs = list
  .refine(
    (all) => all.every((part) => pair.test(part) && decodes(pair.exec(part)![2])),
    'must be name=value, with commas',
  )
  .transform((all) =>
    Object.fromEntries(
      all.map((part) => {
        const [, name, value] = pair.exec(part) as RegExpExecArray;
        return [name, decodeURIComponent(value.trim())];
      }),
    ),
  );

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text;

/** Origins as browsers send them (RFC 6454 §7): scheme, host and port, nothing after. */
export const origins = list.refine(
  (all) => all.every(isOrigin),
  'must be origins with commas between them, such as https://chat.example.org (no path, no * and no slash at the end)',
);

/** One origin (RFC 6454); a slash at its end is taken off. */
export const origin = z
  .string()
  .trim()
  .transform((text) => text.replace(/\/$/, ''))
  .refine((text) => /^https?:/i.test(text) && isOrigin(text), 'must be an origin such as https://chat.example.org');

const name = /^(\*|[a-z\d]([a-z\d._-]*[a-z\d])?)$/;

/** Names or addresses as they stand in a `Host` header, without a port; `*` for any. */
export const hosts = list
  .transform((all) => all.map((part) => (isIP(part) ? part : domainToASCII(part) || part).toLowerCase()))
  .transform((all) => all.map((part) => part.replace(/^\[|\]$|\.$/g, '')))
  .refine(
    (all) => all.length > 0 && all.every((part) => isIP(part) || name.test(part)),
    'must be names with commas between them, such as chat.example.org (no port, no https://), or * for any',
  );

/** Not what can't be seen, wherever in the text it stands. */
const seen = (text: string) => !hasUnseen(text);

export const url = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .refine(seen, UNSEEN_MESSAGE);

/** curl and others take it without a scheme too. */
export const proxyUrl = z.preprocess(
  (value) => (typeof value === 'string' && /^[\w.-]+:\d+\/*$/.test(value) ? `http://${value}` : value),
  url,
);

/** What providers' documents show as the whole address; the product puts it behind the base by itself. */
const CALL = /\/(chat\/completions|completions|responses|messages|embeddings)\/*$/;

/** Up to and with its version, such as https://host/v1: what somebody copied from an example is taken off its end. */
export const providerUrl = url.transform((text) => {
  const address = new URL(text);
  address.pathname = address.pathname.replace(CALL, '');
  return CALL.test(new URL(text).pathname) ? address.href.replace(/\/$/, '') : text;
});

/** Anthropic's own libraries name the address without its version. */
export const anthropicUrl = providerUrl.transform((text) => {
  const address = new URL(text);
  if (address.pathname !== '/') return text;
  address.pathname = '/v1';
  return address.href;
});

/** An address that others are put behind: no query, no fragment, nothing that means something in a header. */
export const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://cdn.example.org' })
  .regex(/^[^\s;,'"?#@]+$/, 'must be an address without a name, a query or any of ; , \' "')
  .transform((text) => text.replace(/\/+$/, ''));

const longestPrefix = (address: string) => (isIP(address) === 4 ? 32 : 128);

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address, prefix, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  return prefix === undefined || (number.test(prefix) && Number(prefix) <= longestPrefix(address));
}

/** `true` is refused: then every client could forge its address, and with it get around the limits. */
export const proxies = z
  .string()
  .trim()
  .refine(
    (text) => number.test(text) || text.split(',').every((part) => isNetwork(part.trim())),
    'must be a number of hops, or addresses and networks with commas between them, such as 10.0.0.0/8',
  );

const units = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** Turns `10mb`, `64kb` or `1000` into bytes. */
export const bytes = (min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?\s*(b|kb|mb|gb)?$/i, 'must be a size such as 10mb or 64kb')
    .transform((text) => {
      const [, amount, unit] = /^([\d.]+)\s*(\w*)$/.exec(text.toLowerCase()) as RegExpExecArray;
      return Math.floor(Number(amount) * units[(unit || 'b') as keyof typeof units]);
    })
    .pipe(z.number().min(min, `must be at least ${min} bytes`).max(max, `must be at most ${max} bytes`));

/** What may stand in a header (RFC 9110 §5.5), so that no call fails for it. */
export const headerValue = z
  .string('must be a text of 1 to 8192 characters')
  .min(1, 'must be a text of 1 to 8192 characters')
  .max(8192, 'must be a text of 1 to 8192 characters')
  .regex(/^[\t\x20-\x7e\xa1-\xff]*$/, 'must not hold line breaks or characters beyond Latin-1');

/** A file or folder; `~` is the home folder. */
export const path = z
  .string()
  .min(1)
  .regex(/^(?!~[^/])/, 'must not begin with ~ and a name: write the whole path')
  .transform(fromHome);

export const secret = (length: number) => z.string().min(length, `must have at least ${length} characters`);
