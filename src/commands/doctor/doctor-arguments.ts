import { parseArgs } from 'node:util';

export const DOCTOR_USAGE = 'Usage: npm run doctor [-- --url <public address>] [--streams <n>] [--json]';

export interface DoctorArguments {
  json: boolean;
  /** Where people reach the product: through everything that stands in front of it. */
  url?: URL;
  /** Streams that one process is to hold at once. */
  streams?: number;
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  url: { type: 'string' },
  streams: { type: 'string' },
} as const;

/** Undefined: not understood. */
export function parseArguments(args: string[]): DoctorArguments | undefined {
  try {
    const { json, url, streams } = parseArgs({ args, options: OPTIONS }).values;
    if (url !== undefined && !(/^https?:\/\//.test(url) && URL.canParse(url))) return undefined;
    if (streams !== undefined && !/^[1-9]\d{0,6}$/.test(streams)) return undefined;
    return { json, ...(url && { url: new URL(url) }), ...(streams && { streams: Number(streams) }) };
  } catch {
    return undefined;
  }
}
