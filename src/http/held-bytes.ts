/** Bytes that this process holds for each caller. */
export class HeldBytes {
  private readonly held = new Map<string, number>();

  /** `most`: for one caller. What is larger by itself is held where the caller has nothing else. */
  constructor(private readonly most: number) {}

  /** Gives back how to let them go, which counts once; null where it would be too much. */
  hold(caller: string, bytes: number): (() => void) | null {
    const before = this.held.get(caller) ?? 0;
    if (before > 0 && before + bytes > this.most) return null;
    this.held.set(caller, before + bytes);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = this.held.get(caller)! - bytes;
      if (left > 0) this.held.set(caller, left);
      else this.held.delete(caller);
    };
  }
}
