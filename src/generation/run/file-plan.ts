import type { ModelTurn, TextPart, TurnPart } from '../../../libs/models/index.js';
import type { StoredSourcePart } from '../../chat/store/index.js';
import type { ByteRoom } from './byte-room.js';

/** What is fetched once it is known that it is shown: the bytes of a picture or a PDF, the text of a document. */
export interface Planned<T> {
  tokens: number;
  /** Of memory. */
  bytes: number;
  load(signal: AbortSignal): Promise<T>;
}

/** What stands in the place of each file of a branch. */
export class FilePlan {
  /** Passages that were chosen for the newest question. */
  readonly sources: StoredSourcePart[] = [];
  private readonly inPlace = new Map<string, TurnPart[]>();
  private readonly before = new Map<string, TurnPart[]>();
  private readonly files = new Map<TurnPart, Planned<Buffer>>();
  private readonly texts = new Map<TurnPart, Planned<string>>();

  constructor(private readonly room: ByteRoom) {}

  addFile(messageId: string, fileId: string, filename: string, mediaType: string, file: Planned<Buffer>): void {
    const part: TurnPart = { type: 'file', filename, mediaType, data: Buffer.alloc(0) };
    this.files.set(part, file);
    put(this.inPlace, keyOf(messageId, fileId), part);
  }

  /**
   * `fileId` undefined: before all that the message brings itself. Gives back a place that may be filled later, and that is
   * not shown as long as it is empty.
   */
  addText(messageId: string, fileId: string | undefined, text: string | Planned<string>): TextPart {
    const part: TextPart = { type: 'text', text: '' };
    this.fill(part, text);
    if (fileId === undefined) put(this.before, messageId, part);
    else put(this.inPlace, keyOf(messageId, fileId), part);
    return part;
  }

  fill(part: TextPart, text: string | Planned<string>): void {
    if (typeof text !== 'string') this.texts.set(part, text);
    else if (text !== '') part.text = apart(text);
  }

  partsOf(messageId: string, fileId: string): TurnPart[] {
    return this.filled(this.inPlace.get(keyOf(messageId, fileId)));
  }

  /** Passages of files that earlier messages brought. */
  partsBefore(messageId: string): TurnPart[] {
    return this.filled(this.before.get(messageId));
  }

  private filled(parts: TurnPart[] = []): TurnPart[] {
    return parts.filter((part) => part.type !== 'text' || part.text !== '' || this.texts.has(part));
  }

  /** By estimate; of a text that is there already 0: it is counted by who has it. */
  tokensOf(part: TurnPart): number {
    return this.plannedOf(part)?.tokens ?? 0;
  }

  /**
   * Fetches what these turns show, once there is room for it. Gives back what frees it. Rejects with the signal's reason,
   * or with what kept the bytes from coming.
   */
  async load(turns: ModelTurn[], signal: AbortSignal): Promise<() => void> {
    const shown = turns.flatMap(({ parts }) => parts);
    const total = shown.reduce((sum, part) => sum + (this.plannedOf(part)?.bytes ?? 0), 0);
    const release = await this.room.take(total, signal);
    try {
      for (const part of shown) {
        signal.throwIfAborted();
        if (part.type === 'file') part.data = (await this.files.get(part)?.load(signal)) ?? part.data;
        const text = part.type === 'text' && (await this.texts.get(part)?.load(signal));
        if (text) part.text = apart(text);
      }
      return release;
    } catch (error) {
      release();
      throw error;
    }
  }

  private plannedOf(part: TurnPart): Planned<unknown> | undefined {
    return this.files.get(part) ?? this.texts.get(part);
  }
}

const keyOf = (messageId: string, fileId: string) => `${messageId} ${fileId}`;
const apart = (text: string) => `${text}\n\n`;

function put<K>(map: Map<K, TurnPart[]>, key: K, part: TurnPart): void {
  const parts = map.get(key);
  if (parts) parts.push(part);
  else map.set(key, [part]);
}
