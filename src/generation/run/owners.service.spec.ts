import { ask, claimed, newTurn } from '../../chat/contract/chat.testing.js';
import { memoryChatStore } from '../../chat/memory/chat-store.js';
import type { MessageRef, Messages } from '../../chat/store/index.js';
import { Owners } from './owners.service.js';

describe('Owners', () => {
  let messages: Messages;
  let ref: MessageRef;
  /** On the list of instances, which `down` takes away. */
  let up: string[];
  let down: Error | undefined;

  const of = (instance: string, running: string[] = []) => {
    const lives = async (id: string) => {
      if (down) throw down;
      return id !== instance && up.includes(id);
    };
    const runs = { hasOwner: (owner: string) => running.includes(owner) };
    return new Owners(messages, runs as never, { instance } as never, { lives } as never);
  };
  const silentFor = (ms: number) => {
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + ms);
  };

  beforeEach(async () => {
    ({ messages } = memoryChatStore());
    ref = await ask(messages, newTurn('u'));
    up = ['a', 'b'];
    down = undefined;
  });
  afterEach(() => void jest.restoreAllMocks());

  it('claims what nobody has, and asks nobody about it', async () => {
    down = new Error('asked');
    const owner = of('a').make();
    expect(await of('a').claim(ref, owner)).toMatchObject({ claimed: { owner, epoch: 1 }, vanished: false });
    const { epoch } = claimed(await of('a').claim(ref, owner));
    await messages.letGo(ref, epoch, owner, { text: '', spent: null, attempts: 1, dueInMs: 0 });
    expect(await of('b').claim(ref, of('b').make())).toMatchObject({ claimed: { epoch: 2 }, vanished: false });
  });

  it('makes owners that differ', () => {
    const a = of('a');
    expect(a.make()).not.toBe(a.make());
  });

  it.each([1000, 6000, 30_000])('leaves an answer to an owner of an instance that is up, %d ms late', async (ms) => {
    await of('a').claim(ref, of('a').make());
    silentFor(ms);
    expect(await of('b').claim(ref, of('b').make())).toEqual({ refused: 'busy' });
    expect(await messages.getWriting(ref)).toMatchObject({ epoch: 1, deaths: 0 });
  });

  it('takes it over where the instance is gone, but not before 5 s', async () => {
    await of('a').claim(ref, of('a').make());
    up = ['b'];
    silentFor(4900);
    expect(await of('b').claim(ref, of('b').make())).toEqual({ refused: 'busy' });
    silentFor(200);
    const owner = of('b').make();
    expect(await of('b').claim(ref, owner)).toMatchObject({ claimed: { owner, epoch: 2, deaths: 1 }, vanished: true });
  });

  it('takes it over from an instance that is up and was not heard of for a minute: it hangs, or dropped it', async () => {
    await of('a').claim(ref, of('a').make());
    silentFor(60_100);
    expect(await of('b').claim(ref, of('b').make())).toMatchObject({ vanished: true });
  });

  it('takes it over from an owner of an older build, which names no instance, after 5 s', async () => {
    await messages.claim(ref, 'e58ed763-928c-4155-bee9-fdbaaadc15f3', { staleMs: 5000 });
    silentFor(4900);
    expect(await of('b').claim(ref, of('b').make())).toEqual({ refused: 'busy' });
    silentFor(200);
    expect(await of('b').claim(ref, of('b').make())).toMatchObject({ vanished: true });
  });

  it('knows of its own instance what it is writing', async () => {
    const owner = of('a').make();
    await of('a').claim(ref, owner);
    silentFor(6000);
    expect(await of('a', [owner]).claim(ref, of('a').make())).toEqual({ refused: 'busy' });
    expect(await of('a').claim(ref, of('a').make())).toMatchObject({ vanished: true });
  });

  it('takes nothing over while the list of instances does not answer', async () => {
    await of('a').claim(ref, of('a').make());
    silentFor(6000);
    down = new Error('away');
    await expect(of('b').claim(ref, of('b').make())).rejects.toBe(down);
    expect(await messages.getWriting(ref)).toMatchObject({ epoch: 1 });
  });

  it('is refused as ever where there is nothing to write', async () => {
    const owner = of('a').make();
    const { epoch } = claimed(await of('a').claim(ref, owner));
    await messages.finish(ref, epoch, owner, { status: 'complete', text: 'x' });
    expect(await of('b').claim(ref, of('b').make())).toEqual({ refused: 'ended' });
    expect(await of('b').claim({ ...ref, id: 'absent' }, of('b').make())).toEqual({ refused: 'absent' });
  });
});
