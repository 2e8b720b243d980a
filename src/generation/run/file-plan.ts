import type { FilePart, ModelTurn, TurnPart } from '../../../libs/models/index.js';
import type { StoredSourcePart } from '../../chat/store/index.js';
import type { ByteRoom } from './byte-room.js';

/** A picture or a PDF whose bytes are fetched once it is known that it is shown. */
export interface PlannedFile {
  tokens: number;
  bytes: number;
  load(): Promise<Buffer>;
}

/** What stands in the place of each file of a branch. */
export class FilePlan {
  /** Passages that were chosen for the newest question. */
  readonly sources: StoredSourcePart[] = [];
  private readonly inPlace = new Map<string, TurnPart[]>();
  private readonly before = new Map<string, TurnPart[]>();
  private readonly files = new Map<TurnPart, PlannedFile>();

  constructor(private readonly room: ByteRoom) {}

  addFile(messageId: string, fileId: string, part: FilePart, file: PlannedFile): void {
    this.files.set(part, file);
    put(this.inPlace, keyOf(messageId, fileId), part);
  }

  /** `fileId` undefined: before all that the message brings itself. */
  addText(messageId: string, fileId: string | undefined, text: string): void {
    const part: TurnPart = { type: 'text', text: `${text}\n\n` };
    if (fileId === undefined) put(this.before, messageId, part);
    else put(this.inPlace, keyOf(messageId, fileId), part);
  }

  partsOf(messageId: string, fileId: string): TurnPart[] {
    return this.inPlace.get(keyOf(messageId, fileId)) ?? [];
  }

  /** Passages of files that earlier messages brought. */
  partsBefore(messageId: string): TurnPart[] {
    return this.before.get(messageId) ?? [];
  }

  /** By estimate; of a text part 0: its text is counted by who has it. */
  tokensOf(part: TurnPart): number {
    return this.files.get(part)?.tokens ?? 0;
  }

  /**
   * Fetches the bytes of what these turns show, once there is room for them. Gives back what frees it. Rejects with the
   * signal's reason, or with what kept the bytes from coming.
   */
  async load(turns: ModelTurn[], signal: AbortSignal): Promise<() => void> {
    const shown = turns.flatMap(({ parts }) => parts).filter((part) => part.type === 'file');
    const total = shown.reduce((sum, part) => sum + (this.files.get(part)?.bytes ?? 0), 0);
    const release = await this.room.take(total, signal);
    try {
      for (const part of shown) part.data = (await this.files.get(part)?.load()) ?? part.data;
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }
}

const keyOf = (messageId: string, fileId: string) => `${messageId} ${fileId}`;

function put<K>(map: Map<K, TurnPart[]>, key: K, part: TurnPart): void {
  const parts = map.get(key);
  if (parts) parts.push(part);
  else map.set(key, [part]);
}
