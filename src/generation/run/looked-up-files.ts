import type { FileForm, FileForms, FileRows, StoredFile } from '../../files/index.js';

/** Files of one person, each looked up once: the same ones may be in every question of a branch. */
export class LookedUpFiles {
  private readonly files = new Map<string, StoredFile | null>();
  private readonly forms = new Map<string, FileForm | null>();

  constructor(
    private readonly userId: string,
    private readonly rows: FileRows,
    private readonly formsOf: FileForms,
  ) {}

  /** Null: there is none. */
  file(id: string): Promise<StoredFile | null> {
    return once(this.files, id, () => this.rows.get(this.userId, id));
  }

  /** Null: there is no such form of it. */
  form(file: StoredFile, which: 'shown' | 'model' | 'text'): Promise<FileForm | null> {
    return once(this.forms, `${file.id} ${which}`, () => this.formsOf.get(file, which));
  }
}

async function once<T>(known: Map<string, T>, key: string, look: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const looked = await look();
  known.set(key, looked);
  return looked;
}
