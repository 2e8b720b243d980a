import { elapsedMs } from '../../../async/index.js';
import { addFigures, type Figures, SILENCE_MS, Totals } from '../totals.js';

interface Entry {
  seq: number;
  figures: Figures;
  /** When it was put: `elapsedMs()`. */
  at: number;
}

/** What several instances in one process may share. */
export class TotalsMemory {
  readonly entries = new Map<string, Entry>();
  readonly departed: Figures = new Map();
  readonly gone = new Set<string>();
}

/** Limit: one process, whose end takes the totals with it: then everything begins at 0 anyway. */
export class MemoryTotals extends Totals {
  constructor(
    private readonly memory = new TotalsMemory(),
    private readonly silenceMs = SILENCE_MS,
  ) {
    super();
  }

  async put(instance: string, seq: number, figures: Figures): Promise<boolean> {
    const { entries, gone } = this.memory;
    if (gone.has(instance)) return false;
    const former = entries.get(instance);
    const late = former !== undefined && former.seq > seq;
    entries.set(instance, late ? { ...former, at: elapsedMs() } : { seq, figures: copy(figures), at: elapsedMs() });
    return true;
  }

  async putLast(instance: string, seq: number, figures: Figures): Promise<boolean> {
    const kept = this.put(instance, seq, figures);
    if (!this.memory.gone.has(instance)) this.fold(instance);
    return kept;
  }

  async sum(): Promise<Figures> {
    const { entries, departed } = this.memory;
    const silentSince = elapsedMs() - this.silenceMs;
    for (const [instance, { at }] of [...entries]) if (at <= silentSince) this.fold(instance);
    const sum = copy(departed);
    for (const { figures } of entries.values()) addFigures(sum, figures);
    return sum;
  }

  async close(): Promise<void> {}

  private fold(instance: string): void {
    const { entries, departed, gone } = this.memory;
    addFigures(departed, entries.get(instance)?.figures ?? new Map());
    entries.delete(instance);
    gone.add(instance);
  }
}

function copy(figures: Figures): Figures {
  return new Map([...figures].map(([series, numbers]) => [series, [...numbers]]));
}
