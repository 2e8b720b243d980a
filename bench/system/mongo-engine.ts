// The engine that the tests use too (see test/support/mongo/choice.ts), as a process of its own. It ends with its parent.
import { startMongo } from '../../test/support/mongo/engine.js';

async function main(): Promise<void> {
  const engine = await startMongo();
  const end = () => void engine.stop().finally(() => process.exit());
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  process.send!({ name: engine.name, uri: engine.uri, database: engine.newDatabase() });
}

void main();
