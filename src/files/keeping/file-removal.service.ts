import { Injectable } from '@nestjs/common';
import { FileContents } from '../content/file-contents.js';
import { FileMetrics } from './file-metrics.service.js';
import { type ContentRecord, ContentRecords, FileRows, Reservations } from '../store/index.js';

const AT_A_TIME = 100;

/** Deletes files, and contents that no file has any more. Each step may be done twice: whoever finds it half done goes on. */
@Injectable()
export class FileRemoval {
  constructor(
    private readonly files: FileRows,
    private readonly reservations: Reservations,
    private readonly records: ContentRecords,
    private readonly contents: FileContents,
    private readonly metrics: FileMetrics,
  ) {}

  /** Deletes a file of this user, where nothing holds it. */
  async delete(userId: string, id: string): Promise<'deleted' | 'held' | 'absent'> {
    const marked = await this.files.markDeleting(userId, id);
    if (marked !== 'marked') return marked;
    await this.files.remove(id);
    return 'deleted';
  }

  /** Takes a conversation's hold from its files; those that nothing else holds go. */
  async conversationGone(conversationId: string): Promise<void> {
    await this.files.dropHoldersUnder(`message:${conversationId}:`);
  }

  /** All files of a user, whatever holds them. */
  async deleteAllOf(userId: string): Promise<void> {
    await this.files.markAllOf(userId);
    while (await this.removeMarked(userId));
    await this.reservations.forget(userId);
  }

  /** Goes on with files that are being deleted, of one user or of all. True: there may be more. */
  async removeMarked(userId?: string): Promise<boolean> {
    const marked = await this.files.deleting(AT_A_TIME, userId);
    for (const { id } of marked) await this.files.remove(id);
    return marked.length === AT_A_TIME;
  }

  /** Contents that are due and that no file has, and those whose removal was not finished. */
  async removeContents(): Promise<void> {
    for (const { id, dueAt } of await this.records.due(AT_A_TIME)) {
      if (dueAt !== null) await this.records.beginRemoval(id, dueAt);
    }
    for (const content of await this.records.leaving(AT_A_TIME)) await this.removeBytes(content);
  }

  private async removeBytes({ id, sha256 }: ContentRecord): Promise<void> {
    await this.contents.remove({ sha256, contentId: id });
    await this.records.endRemoval(id);
    this.metrics.contentsRemoved.add({});
  }
}
