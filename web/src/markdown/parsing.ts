import { backoffMs, pause } from '../streams/backoff.js';
import type { ColouredLines, Job, Report } from './messages.js';
import type { Part } from './parts.js';
import workerUrl from './worker.ts?worker&url';

/** What is not done after so many milliseconds will not be: the text is made to overwhelm the parser. */
const PATIENCE = 10_000;

type Work = Exclude<Job, { kind: 'forget' }>;

interface Client {
  job: Work;
  onReport(report: Report): void;
  /** There is no worker, or not all of it: the page may be without a network. */
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
  const client = clients.get(report.id);
  if (report.kind !== 'failed') return client?.onReport(report);
  client?.onFailure();
  // To some browsers what could not be loaded once can't be had any more, in the same worker.
  if (clients.size === 0) stop();
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

/**
 * One that has texts parsed, or code coloured, one after the other. Where that fails it is tried again, later each time, and
 * at once when the network is back.
 */
export class Parsing {
  private readonly id = ++newest;
  private isBusy = false;
  private next: Wanted | null = null;
  private parts: Part[] = [];
  private failures = 0;
  private readonly closing = new AbortController();

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
    clients.set(this.id, {
      job,
      onReport: (report) => this.onReport(job, report),
      onFailure: () => this.onFailure(wanted),
    });
    send(job);
  }

  close(): void {
    this.closing.abort();
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

  private onFailure(wanted: Wanted): void {
    clients.delete(this.id);
    this.next ??= wanted;
    this.heard.failed();
    pause(backoffMs(++this.failures), this.closing.signal).then(
      () => this.goOn(),
      () => undefined,
    );
  }

  private isDone(): void {
    clients.delete(this.id);
    this.failures = 0;
    this.goOn();
  }

  private goOn(): void {
    this.isBusy = false;
    const { next } = this;
    this.next = null;
    if (next) this.want(next);
  }
}
