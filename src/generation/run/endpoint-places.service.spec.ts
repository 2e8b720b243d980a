import { Test } from '@nestjs/testing';
import { eventually } from '../../../test/support/eventually.js';
import type { Model } from '../../../libs/models/index.js';
import { dependencyDown } from '../../../libs/errors/index.js';
import { MemoryLeases } from '../../rate-limit/leases/memory/leases.js';
import { Leases } from '../../rate-limit/index.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { EndpointPlaces } from './endpoint-places.service.js';

const big = { name: 'big', maxConcurrent: 2 } as Model;
const free = { name: 'free', maxConcurrent: undefined } as Model;
const alone = { name: 'alone', maxConcurrent: 1 } as Model;

describe('EndpointPlaces', () => {
  let leases: MemoryLeases;
  let places: EndpointPlaces;
  const { signal } = new AbortController();

  beforeEach(async () => {
    leases = new MemoryLeases();
    const catalog = { isFallback: (name: string) => name !== 'alone' };
    const providers = [
      EndpointPlaces,
      { provide: Leases, useValue: leases },
      { provide: ModelCatalog, useValue: catalog },
    ];
    places = (await Test.createTestingModule({ providers }).compile()).get(EndpointPlaces);
  });
  afterEach(() => leases.close());

  it('gives as many as the endpoint takes, to its own and to others together', async () => {
    const leave = await places.take(big, 'c:1', signal);
    expect(await places.tryTake(big, 'c:2')).toBeDefined();
    expect(await places.tryTake(big, 'c:3')).toBeUndefined();
    leave();
    await eventually(async () => (await leases.count('endpoint:big')) === 1);
    expect(await places.tryTake(big, 'c:3')).toBeDefined();
  });

  it('lets its own wait, before all who come from elsewhere', async () => {
    const leaves = [await places.tryTake(big, 'c:1'), await places.tryTake(big, 'c:2')];
    const waiting = places.take(big, 'c:3', signal);
    await eventually(async () => (await leases.count('endpoint-waiting:big')) === 1);
    await leases.free('endpoint:big', 'c:1');
    expect(await places.tryTake(big, 'c:4')).toBeUndefined();
    (await waiting)();
    leaves.forEach((leave) => leave!());
    await eventually(async () => (await leases.count('endpoint:big')) === 0);
    expect(await leases.count('endpoint-waiting:big')).toBe(0);
  });

  it('ends the waiting with the signal', async () => {
    await places.tryTake(big, 'c:1');
    await places.tryTake(big, 'c:2');
    const controller = new AbortController();
    const waiting = places.take(big, 'c:3', controller.signal);
    await eventually(async () => (await leases.count('endpoint-waiting:big')) === 1);
    const reason = new Error('stopped');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await eventually(async () => (await leases.count('endpoint-waiting:big')) === 0);
  });

  it('asks nobody where there is no limit, or nobody falls back on it', async () => {
    const take = jest.spyOn(leases, 'take');
    for (const model of [free, alone]) (await places.take(model, 'c:1', signal))();
    (await places.tryTake(free, 'c:1'))!();
    expect(take).not.toHaveBeenCalled();
  });

  it('gives none to others while nobody can tell', async () => {
    jest.spyOn(leases, 'count').mockRejectedValue(dependencyDown('counter', new Error('away')));
    expect(await places.tryTake(big, 'c:1')).toBeUndefined();
  });
});
