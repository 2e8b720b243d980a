import { ByteRoom } from './byte-room.js';

describe('ByteRoom', () => {
  const never = new AbortController().signal;
  const isSettled = async (promise: Promise<unknown>) => {
    const nothing = Symbol();
    await new Promise((resolve) => setImmediate(resolve));
    return (await Promise.race([promise, Promise.resolve(nothing)])) !== nothing;
  };

  it('lets in what fits, the others in their turn', async () => {
    const room = new ByteRoom(10);
    const first = await room.take(6, never);
    const large = room.take(8, never);
    const small = room.take(1, never);
    expect([await isSettled(large), await isSettled(small)]).toEqual([false, false]);
    first();
    first();
    const free = await large;
    await small;
    const next = room.take(2, never);
    expect(await isSettled(next)).toBe(false);
    free();
    await next;
  });

  it('gives to who needs more than all of it, alone', async () => {
    const room = new ByteRoom(10);
    const free = await room.take(20, never);
    const other = room.take(1, never);
    expect(await isSettled(other)).toBe(false);
    free();
    await other;
  });

  it('is left by who gives up, and then others get in', async () => {
    const room = new ByteRoom(10);
    await room.take(9, never);
    const controller = new AbortController();
    const large = room.take(5, controller.signal);
    const small = room.take(1, never);
    controller.abort(new Error('stopped'));
    await expect(large).rejects.toThrow('stopped');
    await small;
    await expect(room.take(1, controller.signal)).rejects.toThrow('stopped');
  });

  it('costs nothing to who has none', async () => {
    const room = new ByteRoom(1);
    await room.take(1, never);
    await room.take(0, never);
  });
});
