import type { AnswerSink } from './answer-sink.js';
import { type ToolCall, ToolCalls, wordOf } from './tool-calls.js';

interface Piece {
  index?: unknown;
  id?: unknown;
  function?: { name?: unknown; arguments?: unknown } | null;
  /** Gemini's signature of a thought. */
  extra_content?: unknown;
}

/** The calls in what an answer says. */
export interface SaidCalls {
  tool_calls?: unknown;
  /** As it was before there were several. */
  function_call?: unknown;
}

/**
 * Reads the calls in the deltas of one answer. A call is told apart by its index, where it has none by its id, else it is the
 * newest; and it is another one where its name comes again though the one before is whole. Names and ids may be repeated.
 */
export class OpenAiCalls {
  private readonly calls: ToolCalls;
  private readonly byIndex = new Map<number, ToolCall>();
  private hasDeltas = false;

  constructor(sink: Pick<AnswerSink, 'toolCall'>) {
    this.calls = new ToolCalls(sink);
  }

  /** Something came of which nothing could be told. */
  get isUntold(): boolean {
    return this.calls.isNameless;
  }

  read(said: SaidCalls): void {
    const pieces = piecesOf(said);
    this.hasDeltas ||= pieces.length > 0;
    for (const piece of pieces) this.add(piece);
  }

  /** A whole message beside or after deltas repeats them. */
  readWhole(said: SaidCalls): void {
    if (this.hasDeltas) return;
    for (const piece of piecesOf(said)) this.add({ ...piece, index: undefined }, true);
  }

  private add(piece: Piece, isNew = false): void {
    const { id, function: called, extra_content } = piece;
    const found = isNew ? undefined : this.find(piece);
    const call = found && !this.isOther(found, piece) ? found : this.calls.add(id, called?.name);
    if (typeof piece.index === 'number') this.byIndex.set(piece.index, call);
    const name = wordOf(called?.name);
    if (name) call.begin(name);
    call.add(inputOf(called?.arguments));
    if (extra_content) call.keep({ extra_content });
  }

  private find({ index, id }: Piece): ToolCall | undefined {
    if (typeof index === 'number') return this.byIndex.get(index);
    const given = wordOf(id);
    return (given && this.calls.all.findLast(({ givenId }) => givenId === given)) || this.calls.all.at(-1);
  }

  /** Whether this piece begins a call of its own, where its place says that it belongs to this one. */
  private isOther(call: ToolCall, { id, function: called }: Piece): boolean {
    const name = wordOf(called?.name);
    if (!name || call.name === undefined) return false;
    const given = wordOf(id);
    const isSameId = given !== '' && given === call.givenId;
    if (isSameId) return false;
    const isOtherId = given !== '' && call.givenId !== '';
    return call.isWhole ? isOtherId || inputOf(called?.arguments) !== '' : name !== call.name;
  }
}

function piecesOf({ tool_calls, function_call }: SaidCalls): Piece[] {
  const pieces = [tool_calls].flat().filter((piece): piece is Piece => typeof piece === 'object' && piece !== null);
  if (pieces.length > 0 || typeof function_call !== 'object' || function_call === null) return pieces;
  return [{ index: 0, function: function_call }];
}

/** Some send the object itself. */
function inputOf(given: unknown): string {
  return typeof given === 'object' && given !== null ? JSON.stringify(given) : wordOf(given);
}
