import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';

interface Answer {
  queue: Record<string, Array<number | null>>;
  instances: Array<{ instance: string; figures: Record<string, Array<number | null>> }>;
  silent: Array<{ instance: string }>;
}

describe('the last hour of two instances', () => {
  let backends: Backends;
  let cluster: TestCluster;

  beforeAll(async () => {
    backends = await Backends.start();
    cluster = new TestCluster(backends);
  });
  afterAll(async () => {
    await cluster?.stop();
    await backends?.stop();
  });

  it('is told by either, with that of the other; who has begun just now has just begun', async () => {
    const a = await cluster.add();
    const admin = await a.person();
    const b = await cluster.add();
    const read = async (url: string): Promise<Answer> => {
      const response = await fetch(`${url}/api/admin/status/history`, {
        headers: { authorization: `Bearer ${admin.token}` },
      });
      expect(response.status).toBe(200);
      return (await response.json()) as Answer;
    };
    const ids = [a, b].map((app) => app.get(Lifecycle).instance);
    // Redis may take a moment before both hear.
    const isWhole = ({ silent, queue }: Answer) => silent.length === 0 && queue.waiting.length > 0;
    for (const { url } of [a, b]) {
      await eventually(async () => isWhole(await read(url)));
      const { instances, queue } = await read(url);
      expect(instances.map(({ instance }) => instance)).toEqual(ids);
      const lengths = instances.map(({ figures }) => figures.sockets.length);
      expect(lengths.every((length) => length >= 1)).toBe(true);
      expect(lengths[1]).toBeLessThanOrEqual(lengths[0]);
      expect(queue).toMatchObject({ waiting: expect.arrayContaining([0]), running: expect.arrayContaining([0]) });
    }
  });
});
