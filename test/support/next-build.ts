import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** What a later version writes and this one does not know: into every job, log entry, notice and document. */
export const REGION = { region: 'north' } as const;
const MORE = JSON.stringify(REGION).slice(1, -1).replace('"region"', 'region');

type Change = [file: string, from: string, to: string];

const CHANGES: Change[] = [
  ['generation/answer/jobs.js', 'const data = { v: JOB_FORM,', `const data = { ${MORE}, v: JOB_FORM,`],
  [
    'generation/answer/log-entries.js',
    "content('created', { messageId: id,",
    `content('created', { ${MORE}, messageId: id,`,
  ],
  ['generation/answer/log-entries.js', "content('delta', { text })", `content('delta', { text, ${MORE} })`],
  [
    'generation/answer/log-entries.js',
    "content('reset', { attempt, reason })",
    `content('reset', { attempt, reason, ${MORE} })`,
  ],
  ['generation/run/active-runs.service.js', '{ v: 1, messageId, reason }', `{ v: 1, messageId, reason, ${MORE} }`],
  ['notices/notices.service.js', '{ v: 1, userId, sessionId }', `{ v: 1, userId, sessionId, ${MORE} }`],
  ['chat/mongo/turn-writer.js', '{ $literal: doc }', `{ $literal: { ...doc, ${MORE} } }`],
  ['auth/users/mongo/user-store.js', '{ $literal: doc }', `{ $literal: { ...doc, ${MORE} } }`],
];

/** And a form of jobs of its own, besides the present one. */
const NEW_JOBS: Change[] = [
  ['lifecycle/forms.js', 'JOB_FORM = 1;', 'JOB_FORM = 2;'],
  ['generation/answer/jobs.js', 'v !== JOB_FORM ||', '(v !== 1 && v !== 2) ||'],
];

/** The next version of the product: this build under another number, changed as a later one might be. */
export class NextBuild {
  private constructor(
    private readonly folder: string,
    readonly version: string,
  ) {}

  /** After `build()`. Throws where a change finds no place: then the sources have changed, and this must follow. */
  static make(version: string, { newJobs = false } = {}): NextBuild {
    const next = new NextBuild(mkdtempSync(join(tmpdir(), 'parley-next-')), version);
    try {
      next.layOut();
      for (const change of [...CHANGES, ...(newJobs ? NEW_JOBS : [])]) next.apply(change);
      return next;
    } catch (error) {
      next.remove();
      throw error;
    }
  }

  /** For `Server.start`. */
  get dist(): string {
    return join(this.folder, 'dist');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private layOut(): void {
    for (const part of ['src', 'libs']) cpSync(join(root, 'dist', part), join(this.dist, part), { recursive: true });
    const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ ...own, version: this.version }));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  private apply([name, from, to]: Change): void {
    const file = join(this.dist, 'src', name);
    const text = readFileSync(file, 'utf8');
    if (!text.includes(from)) throw new Error(`${name} holds no ${from}: the next build can't be made of it`);
    writeFileSync(file, text.replace(from, to));
  }
}
