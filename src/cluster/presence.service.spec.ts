import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InstanceRegistry } from '../../libs/cluster/index.js';
import { MemoryInstanceRegistry } from '../../libs/cluster/instances/memory/instance-registry.js';
import { Config } from '../config/config.js';
import { testConfig } from '../config/config.testing.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { Presence } from './presence.service.js';

describe('Presence', () => {
  const order: string[] = [];
  const listed = async (registry: InstanceRegistry) => (await registry.list()).map(({ draining }) => draining);

  @Module({})
  class Feature {
    constructor(lifecycle: Lifecycle, registry: InstanceRegistry) {
      this.onModuleInit = () => {
        lifecycle.onServe(async () => void order.push(`serve ${await listed(registry)}`));
        lifecycle.onDrain(async () => void order.push(`drain ${await listed(registry)}`));
      };
    }

    onModuleInit: () => void;
  }

  it('is listed when everything serves, and draining before anything drains', async () => {
    const registry = new MemoryInstanceRegistry();
    const providers = [
      Lifecycle,
      { provide: InstanceRegistry, useValue: registry },
      { provide: Config, useValue: testConfig() },
    ];
    const module = await Test.createTestingModule({
      imports: [{ module: Feature, providers }],
      providers: [...providers, Presence],
    })
      .overrideProvider(Lifecycle)
      .useValue(new Lifecycle())
      .compile();
    const app = await module.init();
    try {
      const lifecycle = app.get(Lifecycle);
      expect(await registry.list()).toEqual([]);
      await lifecycle.serve();
      expect(await registry.list()).toMatchObject([{ id: lifecycle.instance, pid: process.pid, draining: false }]);
      await lifecycle.drain();
      expect(order).toEqual(['serve ', 'drain true']);
    } finally {
      await app.close();
    }
  });

  it('lets serve and drain though the list is away', async () => {
    const lifecycle = new Lifecycle();
    const away = () => Promise.reject(new Error('away'));
    const presence = new Presence(
      { enter: away, update: away } as unknown as InstanceRegistry,
      lifecycle,
      testConfig(),
    );
    presence.onApplicationBootstrap();
    await lifecycle.serve();
    await lifecycle.drain();
  });

  it('knows whether all that write answers are full, for a process that takes no jobs', async () => {
    jest.useFakeTimers();
    const lifecycle = new Lifecycle();
    let others: object[] | undefined;
    const registry = {
      list: async () => others ?? Promise.reject(new Error('away')),
      enter: async () => undefined,
    };
    const presence = new Presence(registry as never, lifecycle, testConfig({ ROLE: 'web' }));
    try {
      presence.onApplicationBootstrap();
      await lifecycle.serve();
      const seen = async (now: object[] | undefined) => {
        others = now;
        await jest.advanceTimersByTimeAsync(2000);
        return presence.workersAreFull;
      };
      const web = { id: 'web', works: false };
      const full = { id: 'full', works: true, full: true };
      expect(await seen([web, full])).toBe(true);
      // An older build doesn't say.
      expect(await seen([web, full, { id: 'older', works: true }])).toBe(false);
      expect(await seen([full])).toBe(true);
      expect(await seen([{ ...full, full: false }])).toBe(false);
      expect(await seen([full])).toBe(true);
      expect(await seen([web])).toBe(false);
      expect(await seen([full])).toBe(true);
      expect(await seen(undefined)).toBe(false);
    } finally {
      presence.onModuleDestroy();
      jest.useRealTimers();
    }
  });

  it('knows whether others take questions, and whether anybody writes answers', async () => {
    const lifecycle = new Lifecycle();
    let others: object[] = [];
    const registry = { list: async () => [{ id: lifecycle.instance }, ...others], enter: async () => undefined };
    const presence = (env = {}) =>
      new Presence(registry as unknown as InstanceRegistry, lifecycle, testConfig(env as Record<string, string>));
    expect(await presence().othersServe()).toBe(false);
    others = [{ id: 'other', draining: true }];
    expect(await presence().othersServe()).toBe(false);
    others = [{ id: 'other', draining: false }];
    expect(await presence().othersServe()).toBe(true);

    const web = presence({ ROLE: 'web' });
    expect([presence().hasWorker, web.hasWorker]).toEqual([true, true]);
    const now = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(now + 31_000);
    expect([presence().hasWorker, web.hasWorker]).toEqual([true, false]);
    jest.restoreAllMocks();
  });

  it('refuses what an instance that is up could not carry, and nothing that all can', async () => {
    const lifecycle = new Lifecycle();
    let list: () => Promise<object[]> = async () => [];
    const registry = { list: () => list(), enter: async () => undefined } as unknown as InstanceRegistry;
    const requireForm = (needs: number) => new Presence(registry, lifecycle, testConfig()).requireRowForm(needs);
    const upgrading = { code: 'upgrading', status: 503, retryAfterSeconds: 5 };
    list = async () => [{ id: 'a', knows: { rows: 2, jobs: 1 } }];
    await requireForm(2);
    await expect(requireForm(3)).rejects.toMatchObject(upgrading);
    // A build of 0.1 doesn't say.
    list = async () => [{ id: 'a', knows: { rows: 2, jobs: 1 } }, { id: 'b' }];
    await expect(requireForm(2)).rejects.toMatchObject(upgrading);
    list = () => Promise.reject(new Error('away'));
    await expect(requireForm(2)).rejects.toThrow('away');
    await requireForm(1);
  });
});
