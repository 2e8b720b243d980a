// The engine that the tests use too (see test/support/mongo/choice.ts), as a process of its own. It ends with its parent.
import { startMongo } from '../../test/support/mongo/engine.js';

async function main(): Promise<void> {
  // As often as mongod looks for what has expired: the tests' stand-in looks all the time.
  const engine = await startMongo({ standIn: { expiryMs: 60_000 } });
  const end = () => void engine.stop().finally(() => process.exit());
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  process.send!({ name: engine.name, uri: engine.uri, database: engine.newDatabase() });
}

void main();
