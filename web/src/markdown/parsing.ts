import type { ColouredLines, Job, Report } from './messages.js';
import type { Part } from './parts.js';
import workerUrl from './worker.ts?worker&url';

/** What is not done after so many milliseconds will not be: the text is made to overwhelm the parser. */
const PATIENCE = 10_000;

type Work = Exclude<Job, { kind: 'forget' }>;

interface Client {
  job: Work;
  onReport(report: Report): void;
  /** There is no worker: the page may be without a network. The next job tries again. */
  onFailure(): void;
}

/** A job as it is given; the rest is this file's. */
type Wanted = { kind: 'parse'; text: string } | { kind: 'colour'; code: string; language: string };

let worker: Worker | null = null;
let watchdog: ReturnType<typeof setTimeout> | undefined;
let newest = 0;
const clients = new Map<number, Client>();
/** Texts that the parser could not do. */
const hopeless = new Set<string>();

/** Browsers take a worker from the page's own origin only, wherever its other scripts come from. */
function start(): Worker {
  const asset = /\/assets\/.*/.exec(new URL(workerUrl, location.href).pathname)?.[0];
  const started = new Worker(asset ?? workerUrl, { type: 'module' });
  started.onmessage = ({ data }: MessageEvent<Report>) => hear(data);
  started.onerror = () => {
    stop();
    for (const client of [...clients.values()]) client.onFailure();
  };
  return started;
}

function stop(): void {
  clearTimeout(watchdog);
  worker?.terminate();
  worker = null;
}

function hear(report: Report): void {
  clearTimeout(watchdog);
  if (report.kind === 'begun') {
    watchdog = setTimeout(() => giveUp(report.source), PATIENCE);
    return;
  }
  clients.get(report.id)?.onReport(report);
}

/** The worker hangs: another one does all that was to be done but this. */
function giveUp(source: string): void {
  hopeless.add(source);
  stop();
  for (const { job } of clients.values()) send(job);
}

function send(job: Job): void {
  worker ??= start();
  worker.postMessage(job.kind === 'forget' ? job : { ...job, hopeless: [...hopeless] });
}

/** One that has texts parsed, or code coloured, one after the other. */
export class Parsing {
  private readonly id = ++newest;
  private isBusy = false;
  private next: Wanted | null = null;
  private parts: Part[] = [];

  constructor(
    private readonly heard: {
      parsed?(text: string, parts: Part[], isLast: boolean): void;
      coloured?(code: string, lines: ColouredLines[]): void;
      failed(): void;
    },
  ) {}

  /** While one is done only the newest of the next ones is kept. */
  want(wanted: Wanted): void {
    if (this.isBusy) {
      this.next = wanted;
      return;
    }
    this.isBusy = true;
    const job: Work = { ...wanted, id: this.id, hopeless: [] };
    clients.set(this.id, { job, onReport: (report) => this.onReport(job, report), onFailure: () => this.onFailure() });
    send(job);
  }

  close(): void {
    clients.delete(this.id);
    worker?.postMessage({ id: this.id, kind: 'forget' } satisfies Job);
  }

  private onReport(job: Work, report: Report): void {
    if (report.kind === 'parts' && job.kind === 'parse') {
      this.parts = [...this.parts.slice(0, report.from), ...report.parts];
      this.heard.parsed?.(job.text, this.parts, report.isLast);
      if (!report.isLast) return;
    } else if (report.kind === 'coloured' && job.kind === 'colour') {
      this.heard.coloured?.(job.code, report.lines);
    }
    this.isDone();
  }

  private onFailure(): void {
    this.heard.failed();
    this.isDone();
  }

  private isDone(): void {
    clients.delete(this.id);
    this.isBusy = false;
    const { next } = this;
    this.next = null;
    if (next) this.want(next);
  }
}
