import type { IncomingHttpHeaders } from 'node:http';
import { AnswerBody } from './answer-body.js';
import { AnswerEnd } from './answer-end.js';
import { BoundedBody } from './bounded-body.js';
import { ChunkQueue } from './chunk-queue.js';
import { canDecompress, encodingOf } from './decompressor.js';
import { GarbledError } from './event-data.js';
import { type FinishReason, ModelError, type PartChunk, type ToolCallChunk } from './model.js';
import type { AnswerSink, MakeReader } from './answer-sink.js';
import type { CallListener, CallPhase, ProviderCall } from './provider-call.js';
import { type ProviderFailures, SettingRefused } from './provider-failures.js';
import { SseTooLongError } from './sse-parser.js';
import type { Parted, ThoughtFilter } from './thoughts.js';

/** One request, and how its answer is read. */
export interface Prepared {
  send(listener: CallListener): ProviderCall;
  reader: MakeReader;
  failures: ProviderFailures;
}

export interface AnswerOptions {
  /** The request, without what was found to be refused by now. */
  prepare(): Prepared;
  /** The provider took the request. */
  onTaken(): void;
  thoughts?: ThoughtFilter;
}

const ERROR_BYTES = 16 * 1024;
/** An error's body has to come in this time: its status says enough. */
const ERROR_MS = 5000;
/** The end of a connection after the end marker: one that ends in this time can be kept. */
const END_MS = 500;
/** A setting that is refused is left out at once: so often, all settings together. */
const MAX_SENDS = 5;

/** One answer: from the bytes of a call to chunks, its end, or a ModelError. Starts with its making. */
export class AnswerStream extends ChunkQueue implements CallListener, AnswerSink {
  private body!: AnswerBody;
  private call: ProviderCall | undefined;
  private failures!: ProviderFailures;
  private error: { status: number; headers: IncomingHttpHeaders; body: BoundedBody } | undefined;
  private sends = 0;
  /** Something of the answer came. */
  private hasBegun = false;
  private hasMissed = false;
  private answerEnd = new AnswerEnd();
  /** What came behind the end, and may be a piece if anything follows it. */
  private garbled: GarbledError | undefined;
  private reason: FinishReason | undefined;
  private stopSequence: string | undefined;
  private hasCalls = false;
  /** Calls of which no input came yet, by their ids. */
  private readonly emptyCalls = new Set<string>();

  constructor(
    private readonly options: AnswerOptions,
    private readonly signal: AbortSignal,
  ) {
    super();
    if (signal.aborted) {
      this.fail(signal.reason);
      return;
    }
    signal.addEventListener('abort', this.abort);
    this.send();
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    const encoding = encodingOf(headers);
    if (encoding && !canDecompress(encoding)) return this.fail(this.failures.compressed(encoding));
    if (status >= 200 && status < 300) return;
    this.error = { status, headers, body: new BoundedBody(ERROR_BYTES) };
    this.call?.hurry(ERROR_MS);
  }

  onBytes(chunk: Buffer): void {
    if (this.error) {
      if (!this.error.body.add(chunk)) this.failByAnswer();
      return;
    }
    this.read(() => this.body.feed(chunk));
    this.flush();
  }

  onEnd(): void {
    if (this.error) return this.failByAnswer();
    const { body } = this;
    this.read(() => body.end());
    if (body !== this.body) return;
    if (this.answerEnd.isComplete || (body.isDocument && this.hasBegun)) this.conclude();
    else this.failOrSendAgain(this.failures.brokenOff());
  }

  onFailure(phase: CallPhase, cause?: Error): void {
    if (this.error) return this.failByAnswer();
    const { answerEnd, call } = this;
    if (cause ? answerEnd.isCertain : answerEnd.isOutwaited(call?.silentMs ?? 0)) this.conclude();
    else this.fail(cause ? this.failures.ofNetwork(phase, cause) : this.failures.ofSilence(phase));
  }

  override text(text: string): void {
    this.goesOn();
    this.answerEnd.hasText ||= text !== '';
    const { thoughts } = this.options;
    if (thoughts && !thoughts.isOver) this.parted(thoughts.take(text));
    else super.text(text);
  }

  override reasoning(text: string): void {
    this.goesOn();
    super.reasoning(text);
  }

  override part(part: PartChunk): void {
    this.goesOn();
    super.part(part);
  }

  override toolCall(call: ToolCallChunk): void {
    this.goesOn();
    // Told apart from nothing as text is.
    this.answerEnd.hasText = true;
    this.hasCalls = true;
    const { thoughts } = this.options;
    if (thoughts && !thoughts.isOver) this.parted(thoughts.interrupt());
    if (call.input?.trim()) this.emptyCalls.delete(call.toolCallId);
    else if (call.toolName !== undefined) this.emptyCalls.add(call.toolCallId);
    super.toolCall(call);
  }

  goesOn(): void {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.options.onTaken();
    }
    if (!this.answerEnd.part()) return;
    if (this.garbled) throw this.garbled;
    this.reason = undefined;
    this.stopSequence = undefined;
    this.call?.takeTime();
  }

  missed(): void {
    this.hasMissed = true;
  }

  complete(reason?: FinishReason, stopSequence?: string): void {
    this.reason = reason ?? this.reason;
    this.stopSequence = stopSequence ?? this.stopSequence;
    const patience = this.answerEnd.complete();
    if (!this.answerEnd.hasMarker) this.call?.hurry(...patience);
  }

  /** What is held back is told first, unless nobody wants it any more. */
  override fail(error: unknown): void {
    if (!this.isOver && !this.signal.aborted) this.tellRest(true);
    super.fail(error);
  }

  end(): void {
    this.complete();
    this.answerEnd.hasMarker = true;
    this.call?.hurry(END_MS);
  }

  protected override onPause(): void {
    this.call?.pause();
  }

  protected override onResume(): void {
    this.call?.resume();
  }

  protected override onOver(): void {
    this.signal.removeEventListener('abort', this.abort);
    this.call?.abort();
    this.call = undefined;
  }

  private readonly abort = (): void => this.breakOff(this.signal.reason);

  private send(): void {
    this.sends++;
    this.error = undefined;
    this.answerEnd = new AnswerEnd();
    this.hasMissed = false;
    this.garbled = undefined;
    const { send, reader, failures } = this.options.prepare();
    this.failures = failures;
    const read = reader(this);
    this.body = new AnswerBody((data, event) => {
      if (!this.isOver) this.readEvent(() => read(data, event));
    });
    const call = send(this);
    // What can't be sent at all has failed by now.
    if (this.isOver) call.abort();
    else this.call = call;
  }

  /** Garbled data behind the end doesn't take it back, unless it looks like more of the answer, or more follows it. */
  private readEvent(read: () => void): void {
    try {
      this.answerEnd.event(read);
    } catch (error) {
      if (!(error instanceof GarbledError) || error.mayBeText || !this.answerEnd.isCertain) throw error;
      this.garbled = error;
    }
  }

  private read(feed: () => void): void {
    if (this.isOver) return;
    try {
      feed();
    } catch (error) {
      // Whatever else is wrong behind the end doesn't take it back.
      if (this.answerEnd.isCertain && !(error instanceof GarbledError && error.mayBeText)) return this.conclude();
      if (error instanceof ModelError) this.failOrSendAgain(error);
      else if (error instanceof SseTooLongError) this.fail(this.failures.tooLong(error));
      else this.fail(this.failures.garbage(error));
    }
  }

  private failByAnswer(): void {
    const { status, headers, body } = this.error!;
    this.failOrSendAgain(this.failures.ofAnswer(status, headers, body.toString()));
  }

  /** A request that the provider refused for one of its settings goes once more, without it. */
  private failOrSendAgain(error: ModelError): void {
    if (this.isOver) return;
    const mayAgain = error instanceof SettingRefused && !this.hasBegun && this.sends < MAX_SENDS;
    if (!mayAgain) return this.fail(error);
    this.call?.abort();
    this.send();
  }

  private conclude(): void {
    if (this.isOver) return;
    if (this.hasMissed && !this.answerEnd.hasText) return this.fail(this.failures.garbage());
    if (!this.hasBegun) this.options.onTaken();
    this.tellRest(this.reason === 'length');
    for (const toolCallId of this.emptyCalls) super.toolCall({ toolCallId, input: '{}' });
    if (this.reason) this.finishReason(this.reasonOf(this.reason), this.stopSequence);
    this.finish();
  }

  /** Many call an end with calls `stop`. */
  private reasonOf(reason: FinishReason): FinishReason {
    return reason === 'stop' && this.hasCalls ? 'tool-calls' : reason;
  }

  private tellRest(isCut: boolean): void {
    const { thoughts } = this.options;
    if (thoughts && !thoughts.isOver) this.parted(thoughts.rest(isCut));
  }

  private parted({ reasoning, text }: Parted): void {
    super.reasoning(reasoning);
    super.text(text);
  }
}
