import { instanceRegistryContract } from '../contract/instance-registry.contract.js';
import { MemoryInstanceRegistry } from './instance-registry.js';

instanceRegistryContract('memory', async () => {
  const entries = new Map();
  const open = () => new MemoryInstanceRegistry(entries);
  // A process takes its memory with it.
  return { registry: open(), another: open, kill: (registry) => registry.close(), close: async () => {} };
});

describe('MemoryInstanceRegistry', () => {
  it('is one process’s own, where nothing is shared', async () => {
    const [registry, other] = [new MemoryInstanceRegistry(), new MemoryInstanceRegistry()];
    await registry.enter({ id: 'a', pid: 1, version: '1', startedAt: 1, works: true, draining: false });
    expect(await registry.list()).toHaveLength(1);
    expect(await other.list()).toEqual([]);
  });

  it('keeps no former entry of the same process', async () => {
    const registry = new MemoryInstanceRegistry();
    for (const id of ['a', 'b']) {
      await registry.enter({ id, pid: 1, version: '1', startedAt: 1, works: true, draining: false });
    }
    expect((await registry.list()).map(({ id }) => id)).toEqual(['b']);
  });
});
