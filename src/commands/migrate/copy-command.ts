import { isDuplicate } from '../../../libs/mongo/index.js';
import { recountUsed } from '../../files/store/mongo/recount.js';
import { bytesAt, copyFileContents, folderOf } from './copy-files.js';
import { inBatches } from './batches.js';
import { Comparing } from './comparing.js';
import { Copying } from './copying.js';
import { Failure, shown } from '../failure.js';
import { findGone } from './gone.js';
import * as kinds from './kinds.js';
import type { Copied, Kind } from './kinds.js';
import type { CopyArguments } from './migrate-arguments.js';
import { Progress, type MigrateIo } from '../progress.js';
import { Report } from './report.js';
import { Source } from './source.js';
import { SourceDocuments } from './source-documents.js';
import { Target } from './target.js';

/** Copies a database file into MongoDB and compares both. True where they are the same. */
export async function copyCommand(args: CopyArguments, io: MigrateIo): Promise<boolean> {
  const source = await Source.open(args.file);
  try {
    const target = await Target.open(args.to, args.usersTo, args.partition);
    try {
      return await new CopyCommand(source, target, args, io).run();
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

class CopyCommand {
  private readonly report = new Report();
  private readonly contentIds = new Map<string, string>();
  private readonly withFiles = new Set<string>();
  private readonly documents: SourceDocuments;

  constructor(
    private readonly source: Source,
    private readonly target: Target,
    private readonly args: CopyArguments,
    private readonly io: MigrateIo,
  ) {
    this.documents = new SourceDocuments(source);
  }

  async run(): Promise<boolean> {
    const { args, io, documents, target } = this;
    const accounts = kinds.accounts(documents, target);
    const keys = kinds.keys(documents, target);
    const conversations = kinds.conversations(documents, target);
    const messages = kinds.messages(documents, target);
    const files = kinds.files(documents, target, this.contentIds);
    io.out(`From ${args.file} to ${shown(args.to)}, accounts to ${shown(args.usersTo)}`);
    const counts = [accounts, keys, conversations, messages, files].map(({ total, name }) => `${total} ${name}`);
    io.out(counts.join(', '));
    await this.mustBeNewest();
    await this.noteFirstAdmin();
    await this.copy(accounts);
    await this.copy(keys);
    await this.copy(conversations);
    await this.copy(messages);
    const haveBytes = await this.copyContents();
    await this.copy(files);
    await this.gone(accounts, keys, conversations, messages, files);
    const same = [await this.compare(accounts), await this.compare(keys)];
    same.push(await this.compare(conversations), await this.compare(messages));
    same.push(haveBytes, await this.compare(files));
    for (const userId of this.withFiles) await recountUsed(target.files, userId);
    this.report.lines().forEach((line) => io.out(line));
    const unfinished = documents.unfinished();
    if (unfinished > 0) io.out(`Answers that were still being written, copied as interrupted: ${unfinished}.`);
    return same.every(Boolean) && this.report.isClean;
  }

  /** True where all of them are there. */
  private async copyContents(): Promise<boolean> {
    const { documents, target, args, io } = this;
    const copied = await copyFileContents(documents, target, bytesAt(args.file), args.filesAreShared);
    for (const [here, there] of copied.contentIds) this.contentIds.set(here, there);
    if (copied.contentIds.size > 0) {
      const where = args.filesAreShared ? 'stay in S3' : `${copied.bytes} bytes from ${folderOf(args.file)}`;
      io.out(`contents of files: ${copied.contentIds.size}, ${where}`);
    }
    if (copied.missing > 0) io.out(`Contents of which there is nothing in ${folderOf(args.file)}: ${copied.missing}.`);
    return copied.missing === 0;
  }

  /** An older backup of the same database would undo what was changed since. */
  private async mustBeNewest(): Promise<void> {
    const { source, target, args } = this;
    const newestAt = source.newestAt();
    const before = await target.migrations((migrations) => migrations.findOne({ _id: source.id }));
    if (before && before.newestAt > newestAt && !args.yes) {
      const [then, now] = [before.newestAt, newestAt].map((ms) => new Date(ms).toISOString());
      throw new Failure(
        `The newest change in this file is of ${now}, but changes up to ${then} were copied from it before. ` +
          'Is it an older backup? If it is the right one, say --yes.',
      );
    }
    const update = { $set: { newestAt } };
    await target.migrations((migrations) => migrations.updateOne({ _id: source.id }, update, { upsert: true }));
  }

  /** Before any account: from now on nobody who registers there becomes the admin. */
  private async noteFirstAdmin(): Promise<void> {
    if (!this.documents.hadUser()) return;
    const first = { _id: 'first' as const, userId: this.documents.oldestAdmin() ?? '' };
    await this.target.accounts.run((accounts) =>
      accounts.insertOne(first).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      }),
    );
  }

  private async copy<T extends Copied>(kind: Kind<T>): Promise<void> {
    const copying = new Copying(kind, this.source.id, this.report);
    await this.all(`Copying ${kind.name}`, kind, (docs) => {
      if (kind.name === 'files') {
        for (const { userId } of docs as unknown as Array<{ userId: string }>) this.withFiles.add(userId);
      }
      return copying.copy(docs);
    });
  }

  private async compare<T extends Copied>(kind: Kind<T>): Promise<boolean> {
    const comparing = new Comparing(kind, this.source.id, this.report);
    await this.all(`Comparing ${kind.name}`, kind, (docs) => comparing.compare(docs));
    this.io.out(comparing.line());
    return comparing.isSame;
  }

  private async all<T extends Copied>(what: string, kind: Kind<T>, work: (docs: T[]) => Promise<void>): Promise<void> {
    const progress = new Progress(this.io, what, kind.total);
    try {
      await inBatches(kind.read, work, (count) => progress.add(count));
    } catch (error) {
      progress.clear();
      throw error;
    }
    progress.end();
  }

  private async gone(...[accounts, keys, conversations, messages, files]: AllKinds): Promise<void> {
    const { source, target, args, report, documents } = this;
    const options = { sourceId: source.id, remove: args.delete, report };
    const isHere = (kind: Kind<never>['name']) => (ids: string[]) => documents.present(kind, ids);
    let removed = 0;
    for (const collection of await target.chat.messages.all()) {
      removed += await findGone(messages, collection, { ...options, isHere: isHere('messages') });
    }
    const { chat, users } = target;
    removed += await findGone(conversations, chat.conversations, { ...options, isHere: isHere('conversations') });
    removed += await findGone(files, target.files.files, { ...options, isHere: isHere('files') });
    removed += await findGone(keys, target.keys, { ...options, isHere: isHere('keys') });
    removed += await findGone(accounts, users, { ...options, isHere: isHere('accounts') });
    if (removed > 0) this.io.out(`Removed, because they are not in the file any more: ${removed}.`);
  }
}

type AllKinds = [
  ReturnType<typeof kinds.accounts>,
  ReturnType<typeof kinds.keys>,
  ReturnType<typeof kinds.conversations>,
  ReturnType<typeof kinds.messages>,
  ReturnType<typeof kinds.files>,
];
