import type { CDPSession, Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** In microseconds, of the thread's own time. */
  tdur?: number;
  args: { name?: string };
}

/**
 * Watches the tasks of a page's main thread. They are counted by the time that the thread itself worked, as the browser's
 * trace has it: by the clock, as a PerformanceObserver of `longtask` counts, a task on a machine with other work to do is
 * as long as that other work.
 */
export class MainThread {
  private readonly events: TraceEvent[] = [];

  private constructor(private readonly session: CDPSession) {
    session.on('Tracing.dataCollected', ({ value }) => this.events.push(...(value as unknown as TraceEvent[])));
  }

  static async watch(page: Page): Promise<MainThread> {
    const session = await page.context().newCDPSession(page);
    const thread = new MainThread(session);
    const traceConfig = { includedCategories: ['toplevel'], excludedCategories: ['*'] };
    await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig });
    return thread;
  }

  /** Ends it. Gives back how long each task took, in milliseconds. */
  async stop(): Promise<number[]> {
    const complete = new Promise<void>((resolve) => this.session.once('Tracing.tracingComplete', () => resolve()));
    await this.session.send('Tracing.end');
    await complete;
    const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
    const names = this.events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
    const main = new Set(names.map(threadOf));
    return this.events
      .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && main.has(threadOf(event)))
      .map(({ tdur = 0 }) => tdur / 1000);
  }
}
