// Where we are, and what belongs to which sources. Plain Node, no dependencies.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
export const hash = (text) => createHash('sha256').update(text).digest('hex');

/** All files at or below a path, but for what is `left` out by its name. */
export function filesAt(path, left = []) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !left.includes(name))
    .sort()
    .flatMap((name) => filesAt(join(path, name), left));
}

/** A name for the present state of these sources. By name, size and time: reading them all would cost more than it tells. */
export function stateOf(names, left = []) {
  const line = (path) => {
    const { size, mtimeMs } = statSync(path);
    return `${relative(root, path)} ${size} ${mtimeMs}`;
  };
  return hash(names.flatMap((name) => filesAt(join(root, name), left).map(line)).join('\n'));
}
