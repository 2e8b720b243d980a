import { posix } from 'node:path';
import { type Archive, entryName } from './archive.js';
import { readEntry } from './xml.js';

export interface Relation {
  /** Name of an entry. */
  target: string;
  type: string;
}

/** What a part of an Office file names by id (ECMA-376 part 2 §6.5). What lies outside of the file is left out. */
export async function relationsOf(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  const { dir, base } = posix.parse(part);
  await readEntry(archive, `${dir}/_rels/${base}.rels`, {
    open: (name, attribute) => {
      const [id, target] = [attribute('Id'), attribute('Target')];
      if (name !== 'Relationship' || !id || !target || attribute('TargetMode') === 'External') return;
      relations.set(id, {
        target: entryName(target.startsWith('/') ? '' : dir, target).replace(/^\//, ''),
        type: attribute('Type') ?? '',
      });
    },
  });
  return relations;
}
