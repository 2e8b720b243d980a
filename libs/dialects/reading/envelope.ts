import type { ProviderMetadata } from '../../models/index.js';

/** What a provider wants back goes through programs whose dialect has no such field as one opaque text. */
const SEAL = 'parley1.';

export const sealed = (metadata: ProviderMetadata): string =>
  SEAL + Buffer.from(JSON.stringify(metadata)).toString('base64url');

/** Undefined: it is none of ours. */
export function unsealed(text: string): ProviderMetadata | undefined {
  if (!text.startsWith(SEAL)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text.slice(SEAL.length), 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What is kept with calls of tools, by their ids: it stands in a hidden thought where a dialect's calls have no room. */
const CALLS = 'toolCalls';

export const callsMetadata = (calls: Record<string, ProviderMetadata>): ProviderMetadata => ({ [CALLS]: calls });

export function metadataOfCalls(metadata: ProviderMetadata): Record<string, ProviderMetadata> | undefined {
  const calls = metadata[CALLS];
  return typeof calls === 'object' && calls !== null ? (calls as Record<string, ProviderMetadata>) : undefined;
}
