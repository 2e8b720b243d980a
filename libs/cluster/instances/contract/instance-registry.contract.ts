import { eventually } from '../../../../test/support/eventually.js';
import type { Instance, InstanceRegistry } from '../instance-registry.js';

const DAY_MS = 86_400_000;

export interface OpenedRegistry {
  registry: InstanceRegistry;
  /** That of another process, over the same backend. */
  another(): InstanceRegistry;
  /** Ends a process without its leaving: what is its own in memory is gone, what is in a backend stays. */
  kill(registry: InstanceRegistry): Promise<void>;
  close(): Promise<void>;
}

/** What every InstanceRegistry must do. `open` gives an empty one; `openBroken`: its backend does not answer. */
export function instanceRegistryContract(
  name: string,
  open: () => Promise<OpenedRegistry>,
  openBroken?: () => Promise<OpenedRegistry>,
): void {
  describe(`InstanceRegistry: ${name}`, () => {
    let opened: OpenedRegistry;
    let registry: InstanceRegistry;

    beforeEach(async () => {
      opened = await open();
      registry = opened.registry;
    });
    afterEach(() => opened.close());

    const instance = (id: string, more: Partial<Instance> = {}): Instance => ({
      id,
      pid: 4711,
      version: '1.2.3',
      startedAt: 1_700_000_000_000,
      works: true,
      draining: false,
      ...more,
    });
    const listed = async (by = registry) => (await by.list()).map(({ id }) => id).join(' ');

    it('lists nobody at first, and an instance when it has entered', async () => {
      expect(await registry.list()).toEqual([]);
      const self = instance('a', { version: '1.0.0-“Ж”', pid: 1, startedAt: 1_700_000_000_123, works: false });
      await registry.enter(self);
      expect(await registry.list()).toEqual([self]);
    });

    it('lists all, oldest first, on every instance', async () => {
      const others = [opened.another(), opened.another()];
      await registry.enter(instance('b', { startedAt: 2000 }));
      await others[0].enter(instance('c', { startedAt: 10_000 }));
      expect(await listed(others[1])).toBe('b c');
      await others[1].enter(instance('a', { startedAt: 300 }));
      for (const one of [registry, ...others]) expect(await listed(one)).toBe('a b c');
    });

    it('lists each of many that enter and leave at once', async () => {
      const all = Array.from({ length: 20 }, () => opened.another());
      await Promise.all(all.map((one, i) => one.enter(instance(`${i}`, { startedAt: i }))));
      expect(await listed()).toBe(all.map((_, i) => i).join(' '));
      await Promise.all(all.filter((_, i) => i % 2).map((one) => one.leave()));
      expect(await listed()).toBe('0 2 4 6 8 10 12 14 16 18');
    });

    it('replaces the entry of who enters again', async () => {
      await registry.enter(instance('a', { pid: 1, draining: true }));
      await registry.enter(instance('a', { pid: 2 }));
      expect(await registry.list()).toEqual([instance('a', { pid: 2 })]);
    });

    it('changes an instance’s own entry, field by field, and no other', async () => {
      const other = opened.another();
      await registry.enter(instance('a', { startedAt: 1 }));
      await other.enter(instance('b', { startedAt: 2 }));
      await Promise.all([registry.update({ draining: true, full: true }), registry.update({ works: false })]);
      const expected = [
        instance('a', { startedAt: 1, draining: true, full: true, works: false }),
        instance('b', { startedAt: 2 }),
      ];
      expect(await registry.list()).toEqual(expected);
      expect(await other.list()).toEqual(expected);
    });

    it('changes nothing where there is no entry', async () => {
      await registry.update({ draining: true });
      expect(await registry.list()).toEqual([]);
      await registry.enter(instance('a'));
      await registry.leave();
      await registry.update({ draining: true });
      expect(await registry.list()).toEqual([]);
    });

    it('takes off the list who leaves, any number of times, and nobody else', async () => {
      const other = opened.another();
      await registry.leave();
      await registry.enter(instance('a'));
      await other.enter(instance('b'));
      await Promise.all([registry.leave(), registry.leave()]);
      await registry.leave();
      for (const one of [registry, other]) expect(await listed(one)).toBe('b');
      await registry.enter(instance('a'));
      expect((await registry.list()).length).toBe(2);
    });

    it('gives copies away', async () => {
      const self = instance('a');
      await registry.enter(self);
      self.draining = true;
      (await registry.list())[0].version = 'changed by who read';
      expect(await registry.list()).toEqual([instance('a')]);
    });

    it('forgets who died, and keeps who lives, whenever they started', async () => {
      const [dead, long, ahead] = [opened.another(), opened.another(), opened.another()];
      await registry.enter(instance('a', { startedAt: Date.now() }));
      await dead.enter(instance('dead', { startedAt: Date.now() }));
      await long.enter(instance('long', { startedAt: Date.now() - 400 * DAY_MS }));
      await ahead.enter(instance('ahead', { startedAt: Date.now() + 26 * DAY_MS }));
      await long.update({ draining: true });
      await opened.kill(dead);
      await eventually(async () => !(await listed()).includes('dead'));
      // The others' entries are as old, and were renewed.
      expect(await listed()).toBe('long a ahead');
      expect((await registry.list())[0].draining).toBe(true);
    });

    it('closes any number of times, which takes it off the list', async () => {
      const other = opened.another();
      await registry.enter(instance('a'));
      await other.enter(instance('b'));
      await Promise.all([registry.close(), registry.close()]);
      await registry.close();
      await eventually(async () => (await listed(other)) === 'b');
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      for (const call of [() => broken.registry.enter(instance('a')), () => broken.registry.list()]) {
        await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      }
      await broken.registry.close();
      await broken.close();
    });
  });
}
