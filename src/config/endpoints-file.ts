import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { ConfigProblem } from './config-error.js';
import { type Endpoint, endpointsFile } from './endpoint-schema.js';
import { substitute } from './substitute.js';

export { deploymentName, type Endpoint, type EndpointDeployment } from './endpoint-schema.js';

/** What a file holds, or everything that is wrong with it. */
export interface EndpointsFile {
  endpoints: Endpoint[];
  problems: ConfigProblem[];
}

const NONE: EndpointsFile = { endpoints: [], problems: [] };

/** Bigger than any list of endpoints: somebody named the wrong file. */
const MAX_CHARS = 1_000_000;

/**
 * Reads the endpoints in a YAML file; undefined: none. `${NAME}` in a value is replaced from `env`. Every problem comes
 * with its place in words. No value is ever shown: most could hold a secret, a `${NAME}` in them or not.
 */
export function readEndpointsFile(path: string | undefined, env: Record<string, string>): EndpointsFile {
  if (path === undefined) return NONE;
  const file = basename(path);
  const refuse = (message: string): EndpointsFile => ({ endpoints: [], problems: [{ name: file, message }] });
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The rule over CONFIG_FILE tells of one that isn't there.
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return NONE;
    return refuse(`can't be read (${code})`);
  }
  if (text.length > MAX_CHARS) return refuse('is too long to be a list of endpoints');

  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, merge: true });
  // The parser's own messages quote the file.
  const syntax = document.errors.map(({ code, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return { name: `${file}, line ${line}, column ${col}`, message: `is not right in YAML (${code})` };
  });
  if (syntax.length > 0) return { endpoints: [], problems: syntax };
  try {
    return check(document.toJS({ maxAliasCount: 100 }), file, env);
  } catch {
    return refuse('can not be read: it has too many or unknown aliases');
  }
}

function check(raw: unknown, file: string, env: Record<string, string>): EndpointsFile {
  const missing = new Set<string>();
  const value = substitute(raw, env, (name) => missing.add(name));
  const problems = [...missing].map((name) => ({ name, message: `must be set: ${file} refers to it` }));
  const { data, error } = endpointsFile.safeParse(value);
  for (const issue of error?.issues ?? []) problems.push(...toProblems(issue, raw, file));
  return { endpoints: problems.length > 0 || !data ? [] : data.endpoints, problems };
}

function toProblems(issue: z.core.$ZodIssue, raw: unknown, file: string): ConfigProblem[] {
  const path = [file, ...inWords(issue.path, raw)];
  if (issue.code !== 'unrecognized_keys') return [{ name: path.join(', '), message: issue.message }];
  return issue.keys.map((key) => ({ name: [...path, key].join(', '), message: 'is not known here: remove it' }));
}

/** `endpoints.0.models.1.name` becomes: endpoint 1 (local), model 2 (qwen3), name. */
function inWords(path: PropertyKey[], raw: unknown): string[] {
  const words: string[] = [];
  let value = raw as Record<PropertyKey, unknown> | undefined;
  path.forEach((key, i) => {
    value = value?.[key] as typeof value;
    if (typeof key !== 'number') {
      if (typeof path[i + 1] !== 'number') words.push(String(key));
      return;
    }
    const name = typeof value === 'string' ? value : value?.name;
    const kind = String(path[i - 1]).replace(/s$/, '');
    words.push(`${kind} ${key + 1}${typeof name === 'string' ? ` (${name.slice(0, 64)})` : ''}`);
  });
  return words;
}
