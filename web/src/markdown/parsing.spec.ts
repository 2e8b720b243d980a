import type { Job, Report } from './messages.js';
import { Parsing } from './parsing.js';
import type { Part } from './parts.js';

jest.mock('./worker.ts?worker&url', () => ({ __esModule: true, default: 'https://cdn.example/assets/worker-1.js' }), {
  virtual: true,
});
jest.useFakeTimers();

class FakeWorker {
  static all: FakeWorker[] = [];
  readonly jobs: Job[] = [];
  isEnded = false;
  onmessage!: (event: { data: Report }) => void;
  onerror!: () => void;

  constructor(readonly url: string) {
    FakeWorker.all.push(this);
  }

  postMessage(job: Job): void {
    this.jobs.push(job);
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(report: Report): void {
    this.onmessage({ data: report });
  }
}

const worker = () => FakeWorker.all.at(-1)!;
const part = (nodes: string): Part => ({ nodes, wrapper: null, group: 0, weight: 1 });

describe('Parsing', () => {
  const open: Parsing[] = [];

  beforeAll(() => {
    Object.assign(globalThis, { Worker: FakeWorker, location: { href: 'https://parley.example/c/1' } });
  });
  afterEach(() => {
    for (const parsing of open.splice(0)) parsing.close();
  });

  function ask(text: string) {
    const heard = { parsed: jest.fn(), failed: jest.fn() };
    const parsing = new Parsing(heard);
    open.push(parsing);
    parsing.want({ kind: 'parse', text });
    const id = worker().jobs.at(-1)!.id;
    return { parsing, heard, id };
  }

  it('takes its worker from the page’s own origin', () => {
    ask('a');
    expect(worker().url).toBe('/assets/worker-1.js');
  });

  it('keeps what has not changed, and asks only for the newest of what came meanwhile', () => {
    const { parsing, heard, id } = ask('a');
    parsing.want({ kind: 'parse', text: 'ab' });
    parsing.want({ kind: 'parse', text: 'abc' });
    worker().say({ id, kind: 'parts', from: 0, parts: [part('1'), part('2')], isLast: true });
    expect(worker().jobs.at(-1)).toMatchObject({ id, text: 'abc' });
    worker().say({ id, kind: 'parts', from: 1, parts: [part('3')], isLast: true });
    expect(heard.parsed).toHaveBeenLastCalledWith('abc', [part('1'), part('3')], true);
  });

  it('ends a worker that hangs, and does all but what it hung at', () => {
    const hung = ask('hopeless');
    const other = ask('fine');
    const first = worker();
    first.say({ id: hung.id, kind: 'begun', source: 'hopeless' });
    jest.advanceTimersByTime(9_999);
    expect(first.isEnded).toBe(false);
    jest.advanceTimersByTime(1);
    expect(first.isEnded).toBe(true);
    expect(worker()).not.toBe(first);
    expect(worker().jobs).toMatchObject([
      { id: hung.id, text: 'hopeless', hopeless: ['hopeless'] },
      { id: other.id, text: 'fine', hopeless: ['hopeless'] },
    ]);
  });

  it('waits as long as there is progress', () => {
    const { id } = ask('long');
    for (let n = 0; n < 5; n++) {
      worker().say({ id, kind: 'begun', source: `block ${n}` });
      jest.advanceTimersByTime(9_000);
    }
    expect(worker().isEnded).toBe(false);
    worker().say({ id, kind: 'parts', from: 0, parts: [], isLast: true });
    jest.advanceTimersByTime(60_000);
    expect(worker().isEnded).toBe(false);
  });

  it('says where there is no worker, and tries again with the next text', () => {
    const { parsing, heard } = ask('a');
    const failed = worker();
    failed.onerror();
    expect(heard.failed).toHaveBeenCalledTimes(1);
    parsing.want({ kind: 'parse', text: 'ab' });
    expect(worker()).not.toBe(failed);
    expect(worker().jobs).toMatchObject([{ text: 'ab' }]);
  });
});
