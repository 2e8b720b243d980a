export const DOCTOR_USAGE = 'Usage: npm run doctor [-- --url <public address>] [--streams <n>] [--json]';

export interface DoctorArguments {
  json: boolean;
  /** Where people reach the product: through everything that stands in front of it. */
  url?: URL;
  /** Streams that one process is to hold at once. */
  streams?: number;
}

/** Undefined: not understood. */
export function parseArguments(args: string[]): DoctorArguments | undefined {
  const parsed: DoctorArguments = { json: false };
  for (let i = 0; i < args.length; i++) {
    const value = args[i + 1] ?? '';
    if (args[i] === '--json') parsed.json = true;
    else if (args[i] === '--url' && /^https?:\/\//.test(value) && URL.canParse(value)) parsed.url = new URL(args[++i]);
    else if (args[i] === '--streams' && /^[1-9]\d{0,6}$/.test(value)) parsed.streams = Number(args[++i]);
    else return undefined;
  }
  return parsed;
}
