import { useDatabases } from '../../libs/mongo/mongo.testing.js';
import { migrate, mongoStores, populate, seen, SourceFile } from '../../src/commands/migrate/migrate.testing.js';
import { Child } from '../support/child.js';
import { eventually } from '../support/eventually.js';
import { itWithControl } from '../support/mongo/engine.js';

const databases = useDatabases();
const withControl = itWithControl();
const COUNT = 6000;
/** A copy begins with a process, or a database, that has to wait for its turn on a busy machine. */
const PATIENCE_MS = 60_000;

describe('migrate, cut short', () => {
  let source: SourceFile;
  let uri: string;
  let ada: string;
  let bob: string;

  beforeEach(async () => {
    source = await SourceFile.make();
    ({ ada, bob } = await populate(source));
    source.fill(bob, COUNT);
    uri = databases.uri();
  });
  afterEach(async () => {
    await source.close();
    // Where a test failed before it did so.
    await databases.engine.control?.restart();
  });

  const copy = () => migrate(['--from', `sqlite:${source.path}`, '--to', uri]);

  it('goes on after each kill, and has everything once', async () => {
    const database = await databases.open({ uri });
    const stored = () => database.connection.db!.collection('messages').estimatedDocumentCount();
    const script = require.resolve('../support/migrate-child.ts');
    let before = 0;
    for (let kills = 0; kills < 3; kills++) {
      const child = new Child(script, uri, '--from', `sqlite:${source.path}`);
      await eventually(async () => (await stored()) > before, PATIENCE_MS);
      await child.kill();
      expect(child.lines.join('\n')).not.toContain('exit');
      before = await stored();
      expect(before).toBeLessThan(COUNT);
    }
    const { code, said } = await copy();
    expect([code, said]).toEqual([0, expect.stringContaining('messages: 6,010 in the file, 6,010 in MongoDB')]);
    expect(await stored()).toBe(COUNT + 10);
    expect(await seen(mongoStores(database, 'none'), [ada, bob])).toEqual(await seen(source, [ada, bob]));
  });

  withControl('goes on by itself when another server is elected', async () => {
    const database = await databases.open({ uri });
    const copying = copy();
    await eventually(
      async () => (await database.connection.db!.collection('messages').estimatedDocumentCount()) > 0,
      PATIENCE_MS,
    );
    await databases.engine.control!.killPrimary();
    expect(await copying).toEqual({ code: 0, said: expect.stringContaining('6,010 in MongoDB, checksum') });
    await databases.engine.control!.restart();
  });

  withControl('says how to go on when the database stays away, and goes on', async () => {
    const database = await databases.open({ uri });
    const copying = copy();
    await eventually(
      async () => (await database.connection.db!.collection('messages').estimatedDocumentCount()) > 0,
      PATIENCE_MS,
    );
    await databases.engine.control!.killAll();
    const { code, said } = await copying;
    await databases.engine.control!.restart();
    expect([code, said]).toEqual([1, expect.stringContaining('Run the same command again to go on')]);
    expect(await copy()).toEqual({ code: 0, said: expect.stringContaining('6,010 in MongoDB') });
  });
});
