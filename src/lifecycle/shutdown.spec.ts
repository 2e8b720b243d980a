import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { Shutdown, type Host, type Running } from './shutdown.js';

class TestHost extends EventEmitter implements Host {
  readonly exits: number[] = [];
  readonly exited = new Promise<number>((resolve) => this.once('exited', resolve));

  exit(code: number): void {
    this.exits.push(code);
    this.emit('exited', code);
  }
}

function setUp(change: Partial<Running> = {}, limitMs = 10_000) {
  const steps: string[] = [];
  const running: Running = {
    stopAccepting: () => void steps.push('stopAccepting'),
    drain: async () => void steps.push('drain'),
    finishRequests: async () => void steps.push('finishRequests'),
    close: async () => void steps.push('close'),
    ...change,
  };
  const host = new TestHost();
  new Shutdown(host, running, limitMs).arm();
  return { host, steps };
}

describe('Shutdown', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'fatal', 'error', 'warn']));

  it.each([
    ['SIGINT', undefined],
    ['SIGTERM', undefined],
    ['message', 'shutdown'],
  ])('takes everything down in order on %s, and exits 0', async (event, payload) => {
    const { host, steps } = setUp();
    host.emit(event, payload);
    expect(await host.exited).toBe(0);
    expect(steps).toEqual(['stopAccepting', 'drain', 'finishRequests', 'close']);
  });

  it('hears no other message', async () => {
    const { host, steps } = setUp();
    host.emit('message', { type: 'process:msg' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toEqual([]);
  });

  it('takes the signals of one Ctrl-C for one', async () => {
    let end = () => {};
    const { host, steps } = setUp({ drain: () => new Promise((resolve) => (end = resolve)) });
    host.emit('SIGINT');
    host.emit('SIGINT');
    host.emit('SIGTERM');
    expect(host.exits).toEqual([]);
    end();
    expect(await host.exited).toBe(0);
    expect(steps).toEqual(['stopAccepting', 'finishRequests', 'close']);
  });

  it('stops at once on a later second signal', async () => {
    const { host, steps } = setUp({ drain: () => new Promise(() => undefined) });
    const again = setInterval(() => host.emit('SIGINT'), 100);
    expect(await host.exited).toBe(1);
    clearInterval(again);
    expect(steps).toEqual(['stopAccepting']);
  });

  it('gives up on a drain without end', async () => {
    const { host } = setUp({ drain: () => new Promise((resolve) => setTimeout(resolve, 5000).unref()) }, 1);
    const alive = setTimeout(() => undefined, 5000);
    host.emit('SIGTERM');
    expect(await host.exited).toBe(1);
    clearTimeout(alive);
  });

  it('exits 1 where closing fails', async () => {
    const { host } = setUp({ close: () => Promise.reject(new Error('no')) });
    host.emit('SIGTERM');
    expect(await host.exited).toBe(1);
  });

  it('exits 1 at once on an uncaught exception', () => {
    const { host, steps } = setUp();
    host.emit('uncaughtException', new Error('no'));
    expect(host.exits).toEqual([1]);
    expect(steps).toEqual([]);
  });

  it('drains on a rejection nobody handled, and exits 1', async () => {
    const { host, steps } = setUp();
    host.emit('unhandledRejection', new Error('no'));
    expect(await host.exited).toBe(1);
    expect(steps).toEqual(['stopAccepting', 'drain', 'finishRequests', 'close']);
  });
});
