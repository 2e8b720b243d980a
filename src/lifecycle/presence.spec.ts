import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InstanceRegistry } from '../../libs/cluster/index.js';
import { MemoryInstanceRegistry } from '../../libs/cluster/instance-registry.memory.js';
import { Lifecycle } from './lifecycle.js';
import { Presence } from './presence.js';

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
    const providers = [Lifecycle, { provide: InstanceRegistry, useValue: registry }];
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
    const presence = new Presence({ enter: away, update: away } as unknown as InstanceRegistry, lifecycle);
    presence.onApplicationBootstrap();
    await lifecycle.serve();
    await lifecycle.drain();
  });
});
