import { newId } from '../ids/index.js';
import type { AnswerSink } from './answer-sink.js';
import { GarbledError } from './event-data.js';
import type { ProviderMetadata } from './model.js';
import { ObjectEnd } from './object-end.js';
import { endsInHalf } from './halves.js';

/** More calls in one answer are nobody's. */
const MAX_CALLS = 1000;

/** One call, as far as it has come. Its input goes on at once and is not held. */
export class ToolCall {
  /** Undefined as long as none came: until then nothing is told. */
  name: string | undefined;
  /** As the provider calls it; '' where it does not. */
  givenId = '';
  private readonly end = new ObjectEnd();
  private hasInput = false;
  private untold = '';
  private metadata: ProviderMetadata | undefined;

  constructor(
    readonly id: string,
    private readonly sink: Pick<AnswerSink, 'toolCall'>,
  ) {}

  /** All of its input is here, as far as can be told. */
  get isWhole(): boolean {
    return this.end.isWhole;
  }

  begin(name: string): void {
    if (this.name !== undefined) return;
    this.name = name;
    const { id: toolCallId, metadata: providerMetadata } = this;
    this.sink.toolCall({ toolCallId, toolName: name, ...(providerMetadata && { providerMetadata }) });
    this.add('');
  }

  /**
   * More of its input. What follows a whole object repeats it, or can be read by nobody. An empty object may only stand
   * for what comes: one that stays so is told at the end of the answer.
   */
  add(piece: string): void {
    if (this.end.isWhole) return;
    if (!this.hasInput && piece.trim() === '{}') return;
    this.hasInput ||= piece.trim() !== '';
    this.end.take(piece);
    const input = this.untold + piece;
    const told = this.name === undefined ? 0 : input.length - (endsInHalf(input) ? 1 : 0);
    this.untold = input.slice(told);
    if (told > 0) this.sink.toolCall({ toolCallId: this.id, input: input.slice(0, told) });
  }

  /** What has to come back with it. */
  keep(providerMetadata: ProviderMetadata): void {
    this.metadata = providerMetadata;
    if (this.name !== undefined) this.sink.toolCall({ toolCallId: this.id, providerMetadata });
  }
}

/** The calls of one answer, in the order in which they began. Each has an id of its own, also where its provider gives none. */
export class ToolCalls {
  readonly all: ToolCall[] = [];
  private readonly ids = new Set<string>();

  constructor(private readonly sink: Pick<AnswerSink, 'toolCall'>) {}

  /** Throws GarbledError where there are too many. */
  add(givenId: unknown, name: unknown): ToolCall {
    if (this.all.length === MAX_CALLS) throw new GarbledError('too many calls');
    const given = wordOf(givenId);
    const id = given && !this.ids.has(given) ? given : `call_${newId().replaceAll('-', '')}`;
    this.ids.add(id);
    const call = new ToolCall(id, this.sink);
    call.givenId = given;
    this.all.push(call);
    const word = wordOf(name);
    if (word) call.begin(word);
    return call;
  }

  /** A call came whose name never did. */
  get isNameless(): boolean {
    return this.all.some(({ name }) => name === undefined);
  }
}

/** A text that is no empty one, or ''. */
export const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');
