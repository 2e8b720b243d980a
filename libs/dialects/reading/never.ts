import type { Path } from '../errors/dialect-error.js';
import { isAbsent, refused } from './fields.js';

/** A field that never goes to a provider: which values of it say nothing, and why it is refused. */
export interface Never {
  why: string;
  /** Values beside null that say no more than leaving it out. */
  harmless?: readonly unknown[];
}

const chooses = 'It chooses a route, a tier or a price, which is for the operator of this server.';
const operators = 'It names a thing in the account of this server’s operator.';
const stores = 'It stores at the provider.';
const runs = 'It is a tool that the provider runs.';

/** Fields of a body's top, of all dialects and of the servers that speak them, OpenRouter's above all. */
export const NEVER: Readonly<Record<string, Never>> = {
  models: { why: chooses },
  route: { why: chooses },
  provider: { why: chooses },
  fallbacks: { why: chooses },
  preset: { why: chooses },
  service_tier: { why: chooses, harmless: ['auto'] },
  speed: { why: chooses, harmless: ['standard'] },
  inference_geo: { why: chooses },
  store: { why: stores, harmless: [false] },
  prompt_cache_retention: { why: stores, harmless: ['in_memory', 'in-memory'] },
  plugins: { why: runs },
  web_search_options: { why: runs },
  mcp_servers: { why: runs },
  moderation: { why: runs },
  prompt: { why: operators },
  conversation: { why: operators },
  container: { why: operators },
  previous_response_id: { why: operators },
  user_profile_id: { why: operators },
  workspace_id: { why: operators },
  diagnostics: { why: operators },
};

/**
 * Throws a DialectError for a field that never goes to a provider, unless `passFields` of the endpoint names it. `taken`:
 * those that this dialect's front door takes for itself.
 */
export function refuseNever(body: object, passFields: readonly string[], taken: readonly string[] = []): void {
  for (const [field, value] of Object.entries(body)) {
    const never = Object.hasOwn(NEVER, field) ? NEVER[field] : undefined;
    if (!never || isAbsent(value) || never.harmless?.includes(value)) continue;
    if (!passFields.includes(field) && !taken.includes(field)) throw refusal(field, never.why);
  }
}

const refusal = (field: string, why: string) => refused([field], `This field is not passed on. ${why}`);

/** A tool that the provider would run. */
export const refusedTool = (path: Path, type: string) =>
  refused(path, `Tools of type '${type}' are not passed on. ${runs}`, 'unsupported_value');

/** The id of a file and the like. */
export const refusedId = (path: Path) => refused(path, `This field is not passed on. ${operators}`);

/** Whether the operator lets the field pass, by its own name or by that of the field that it stands in. */
export const passes = (path: Path, passFields: readonly string[]) =>
  passFields.some((field) => field === path.at(-1) || field === path[0]);
