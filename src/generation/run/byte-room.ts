interface Waiter {
  bytes: number;
  enter(): void;
}

/** Room for so many bytes. Who does not fit waits, in the order of coming; who needs more than all of it has it alone. */
export class ByteRoom {
  private used = 0;
  private readonly waiting: Waiter[] = [];

  constructor(private readonly most: number) {}

  /** Gives back what frees them, any number of times. Rejects with the signal's reason. */
  async take(bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.waiting.length > 0 || !this.fits(bytes)) await this.wait(bytes, signal);
    else this.used += bytes;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.used -= bytes;
      this.letIn();
    };
  }

  private fits(bytes: number): boolean {
    return bytes === 0 || this.used === 0 || this.used + bytes <= this.most;
  }

  private wait(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        enter: () => {
          signal.removeEventListener('abort', leave);
          this.used += bytes;
          resolve();
        },
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(signal.reason as Error);
        this.letIn();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiter);
    });
  }

  private letIn(): void {
    while (this.waiting.length > 0 && this.fits(this.waiting[0].bytes)) this.waiting.shift()!.enter();
  }
}
