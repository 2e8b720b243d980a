/** What may follow a complete answer (usage, an end marker) has to come after so much silence, and in so much time. */
const USAGE_MS = 5000;
const LINGER_MS = 60_000;
/** The same where the provider's word for the end is doubtful: it came before any text, or text came after it. */
const DOUBT_MS = 600_000;

/** How long to wait behind an end: in all, and in silence. */
export type Patience = [ms: number, silenceMs?: number];

/** What a provider said of its answer's end, and how far that can be relied on. */
export class AnswerEnd {
  isComplete = false;
  hasMarker = false;
  hasText = false;
  /** Text came after an end: the provider's word is not to be relied on. */
  private hasGoneOn = false;
  /** The event that is read holds a part of the answer. */
  private isPart = false;
  /** A part came without an end beside it: the provider does not say so with each. */
  private hasPartAlone = false;
  /** The end stood beside a part. */
  private isBeside = false;

  /** Reads one event, which calls the others. */
  event(read: () => void): void {
    this.isPart = false;
    read();
    this.hasPartAlone ||= this.isPart && !this.isComplete;
  }

  /** A part came; true where it takes an end back. */
  part(): boolean {
    this.isPart = true;
    if (!this.isComplete) return false;
    this.isComplete = false;
    this.hasMarker = false;
    this.hasGoneOn = true;
    return true;
  }

  complete(): Patience {
    this.isComplete = true;
    this.isBeside = this.isPart;
    if (this.hasGoneOn || !this.hasText) return [DOUBT_MS];
    return this.isSaidOfEach ? [LINGER_MS] : [LINGER_MS, USAGE_MS];
  }

  /**
   * The answer is whole, even if what follows is lost. An end beside text, as some say it with each piece, is not enough
   * for a connection that fails instead of ending.
   */
  get isCertain(): boolean {
    return this.isComplete && (this.hasMarker || (this.hasText && !this.hasGoneOn && !this.isBeside));
  }

  /** Nobody has to wait any longer: only signs of life came behind the end, or nothing, where the end means something. */
  isOutwaited(silentMs: number): boolean {
    if (this.isCertain) return true;
    if (!this.isComplete || this.hasGoneOn || !this.hasText) return false;
    return !this.isSaidOfEach || silentMs < USAGE_MS;
  }

  /** The provider may say `stop` with each piece, for all that is known by now. */
  private get isSaidOfEach(): boolean {
    return this.isBeside && !this.hasPartAlone;
  }
}
