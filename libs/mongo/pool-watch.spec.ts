import { EventEmitter } from 'node:events';
import type { mongo } from 'mongoose';
import { PoolWatch } from './pool-watch.js';

describe('PoolWatch', () => {
  let client: EventEmitter;
  let pool: PoolWatch;
  const emit = (event: string, address: string, connectionId?: number) => client.emit(event, { address, connectionId });
  const take = (address: string, connectionId: number) => {
    emit('connectionCheckOutStarted', address);
    emit('connectionCheckedOut', address, connectionId);
  };

  beforeEach(() => {
    client = new EventEmitter();
    pool = new PoolWatch(4);
    pool.follow(client as unknown as mongo.MongoClient);
  });

  it('counts what is held and who waits; the fullest server’s pool is the ratio', () => {
    expect(pool.use()).toEqual({ inUse: 0, waiting: 0, usedRatio: 0 });
    for (const id of [1, 2, 3]) take('a:1', id);
    take('b:1', 1);
    emit('connectionCheckOutStarted', 'b:1');
    expect(pool.use()).toEqual({ inUse: 4, waiting: 1, usedRatio: 0.75 });
    emit('connectionCheckedIn', 'a:1', 2);
    emit('connectionClosed', 'a:1', 3);
    emit('connectionCheckOutFailed', 'b:1');
    expect(pool.use()).toEqual({ inUse: 2, waiting: 0, usedRatio: 0.25 });
    expect(pool.failures).toBe(1);
  });

  it('is never below nothing, whatever began before it', () => {
    emit('connectionCheckedIn', 'a:1', 7);
    emit('connectionCheckedOut', 'a:1', 8);
    emit('connectionClosed', 'a:1', 9);
    expect(pool.use()).toEqual({ inUse: 1, waiting: 0, usedRatio: 0.25 });
  });
});
