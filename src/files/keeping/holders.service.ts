import { Injectable } from '@nestjs/common';
import type { MessageRef } from '../../chat/store/index.js';
import { FileRows, type StoredFile } from '../store/index.js';

/** How a message is called among what holds files. */
export function messageHolder({ conversationId, id }: MessageRef): string {
  return `message:${conversationId}:${id}`;
}

/** Which message it is; undefined: none. */
export function messageOf(holder: string): MessageRef | undefined {
  const [kind, conversationId, id] = holder.split(':');
  return kind === 'message' && conversationId && id ? { conversationId, id } : undefined;
}

/** Files by what is wrong with them. */
export interface Refused {
  unknown: string[];
  processing: string[];
  failed: string[];
}

/** What needs files holds them, so that they stay. */
@Injectable()
export class Holders {
  constructor(private readonly files: FileRows) {}

  /**
   * Holds all of these files of the user, or none: gives them back in their order, or which of them are not there
   * (`unknown`: also another's, and what is being deleted), are not read yet, or can't be read. Again with the same holder:
   * once. Who holds files for a message has 15 minutes to write it.
   */
  async addHolder(
    userId: string,
    fileIds: readonly string[],
    holder: string,
  ): Promise<{ files: StoredFile[] } | { refused: Refused }> {
    const files: StoredFile[] = [];
    const refused: Refused = { unknown: [], processing: [], failed: [] };
    for (const id of fileIds) {
      const held = await this.files.hold(userId, id, holder);
      if ('file' in held) files.push(held.file);
      else refused[held.refused === 'absent' ? 'unknown' : held.refused].push(id);
    }
    if (files.length === fileIds.length) return { files };
    await this.takeBack(holder);
    return { refused };
  }

  /** What needed the files is gone. A file that nothing else holds is deleted. */
  dropHolders(holders: string[]): Promise<void> {
    return this.files.dropHolders(holders, 'delete');
  }

  /** What was to need the files did not come to be: they stay as they were before. */
  takeBack(holder: string): Promise<void> {
    return this.files.dropHolders([holder], 'keep');
  }
}
