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

  const events = new EventTarget();
  const dispatch = (type: string) => events.dispatchEvent(new Event(type));

  beforeAll(() => {
    const location = { href: 'https://parley.example/c/1' };
    Object.assign(globalThis, { Worker: FakeWorker, location, window: events, document: new EventTarget() });
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

  it('says where there is no worker, and tries again by itself, later each time', async () => {
    const { heard, id } = ask('a');
    for (const most of [500, 1_000, 2_000]) {
      const failed = worker();
      failed.onerror();
      await jest.advanceTimersByTimeAsync(most / 2 - 1);
      expect(worker()).toBe(failed);
      await jest.advanceTimersByTimeAsync(most / 2 + 1);
      expect(worker()).not.toBe(failed);
      expect(worker().jobs).toMatchObject([{ id, text: 'a' }]);
    }
    expect(heard.failed).toHaveBeenCalledTimes(3);
    worker().say({ id, kind: 'parts', from: 0, parts: [part('1')], isLast: true });
    expect(heard.parsed).toHaveBeenLastCalledWith('a', [part('1')], true);
  });

  it('tries again at once when the network is back, with the newest text', async () => {
    const { parsing, id } = ask('a');
    worker().onerror();
    parsing.want({ kind: 'parse', text: 'ab' });
    const failed = worker();
    expect(failed.jobs.at(-1)).toMatchObject({ id, text: 'a' });
    dispatch('online');
    await jest.advanceTimersByTimeAsync(0);
    expect(worker()).not.toBe(failed);
    expect(worker().jobs).toMatchObject([{ id, text: 'ab' }]);
  });

  it('asks again, in a new worker, for colours that could not be loaded', async () => {
    const coloured = jest.fn();
    const failed = jest.fn();
    const parsing = new Parsing({ coloured, failed });
    open.push(parsing);
    parsing.want({ kind: 'colour', code: 'let a', language: 'js' });
    const first = worker();
    const id = first.jobs.at(-1)!.id;
    first.say({ id, kind: 'failed' });
    expect(failed).toHaveBeenCalledTimes(1);
    dispatch('online');
    await jest.advanceTimersByTimeAsync(0);
    expect(first.isEnded).toBe(true);
    worker().say({ id, kind: 'coloured', lines: [] });
    expect(coloured).toHaveBeenCalledWith('let a', []);
  });

  it('keeps its worker for what others still wait for', () => {
    const other = ask('a');
    const parsing = new Parsing({ failed: () => undefined });
    open.push(parsing);
    parsing.want({ kind: 'colour', code: 'let a', language: 'js' });
    worker().say({ id: worker().jobs.at(-1)!.id, kind: 'failed' });
    expect(worker().isEnded).toBe(false);
    worker().say({ id: other.id, kind: 'parts', from: 0, parts: [part('1')], isLast: true });
    expect(other.heard.parsed).toHaveBeenCalled();
  });

  it('does not try again for one that is gone', async () => {
    const { parsing } = ask('a');
    const failed = worker();
    failed.onerror();
    parsing.close();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(worker()).toBe(failed);
  });
});
