import { eventually } from '../../../test/support/eventually.js';
import { Instances, type OpenedAdapters } from './socket-instances.testing.js';

/**
 * What the gateway relies on, of rooms and broadcasts: by Socket.IO's own adapter, or by that for Redis. `openBroken`: one
 * whose backend does not answer.
 */
export function socketAdapterContract(
  name: string,
  open: () => Promise<OpenedAdapters>,
  openBroken?: () => Promise<OpenedAdapters>,
): void {
  describe(`socket adapter: ${name}`, () => {
    let instances: Instances;
    afterEach(() => instances.stop());

    describe('rooms over instances', () => {
      beforeEach(async () => {
        instances = await Instances.start(await open());
      });

      it('all sockets of a room hear what any instance emits, once and in order; others hear nothing', async () => {
        const ann = [await instances.connect(0, 'ann'), await instances.connect(1, 'ann', 'more')];
        const bob = await instances.connect(1, 'bob');
        await instances.connected(...[...ann, bob].map(({ client }) => client));
        for (let i = 0; i < 50; i++) instances.at(0).to('ann').emit('event', { i });
        await eventually(() => ann.every(({ heard }) => heard.length === 50));
        for (let i = 50; i < 100; i++) instances.at(1).to('ann').emit('event', { i });
        for (const n of [0, 1]) instances.at(n).to('bob').emit('event', `from ${n}`);
        await eventually(() => bob.heard.length === 2 && ann.every(({ heard }) => heard.length >= 100));
        const expected = Array.from({ length: 100 }, (_, i) => ['event', { i }]);
        expect(ann.map(({ heard }) => heard)).toEqual([expected, expected]);
        expect(new Set(bob.heard.map(([, said]) => said))).toEqual(new Set(['from 0', 'from 1']));
      });

      it('one that left its room hears nothing more', async () => {
        const [stays, goes] = [await instances.connect(0, 'ann'), await instances.connect(1, 'ann')];
        await instances.connected(stays.client, goes.client);
        void instances
          .at(1)
          .of('/')
          .sockets.get(goes.client.id as string)
          ?.leave('ann');
        instances.at(0).to('ann').emit('event');
        instances
          .at(0)
          .to(goes.client.id as string)
          .emit('afterwards');
        await eventually(() => goes.heard.length > 0 && stays.heard.length > 0);
        expect([stays.heard, goes.heard]).toEqual([[['event']], [['afterwards']]]);
      });

      it('a disconnect ends the sockets of a room on every instance, after what was emitted before it', async () => {
        const gone = [await instances.connect(0, 'session'), await instances.connect(1, 'session')];
        const stays = await instances.connect(1, 'other');
        await instances.connected(...[...gone, stays].map(({ client }) => client));
        const session = instances.at(0).in('session');
        session.emit('revoked');
        session.disconnectSockets(true);
        await eventually(() => gone.every(({ client }) => client.disconnected));
        expect(gone.map(({ heard }) => heard)).toEqual([[['revoked']], [['revoked']]]);
        instances.at(0).to('other').emit('event');
        await eventually(() => stays.heard.length > 0);
        expect([stays.client.connected, stays.heard]).toEqual([true, [['event']]]);
      });

      it('what an instance does to its own stays there', async () => {
        const [here, there] = [await instances.connect(0, 'session'), await instances.connect(1, 'session')];
        await instances.connected(here.client, there.client);
        instances.at(0).local.in('session').disconnectSockets(true);
        await eventually(() => here.client.disconnected);
        instances.at(0).to('session').emit('event');
        if (instances.at(0) === instances.at(1)) return;
        await eventually(() => there.heard.length > 0);
        expect(there.client.connected).toBe(true);
      });
    });

    if (!openBroken) return;
    it('without its backend the sockets of the same instance hear, and nothing rejects', async () => {
      instances = await Instances.start(await openBroken());
      const { client, heard } = await instances.connect(0, 'ann');
      instances.at(0).to('ann').emit('event');
      instances.at(0).in('nobody').disconnectSockets(true);
      await eventually(() => heard.length > 0);
      expect([heard, client.connected]).toEqual([[['event']], true]);
    });
  });
}
