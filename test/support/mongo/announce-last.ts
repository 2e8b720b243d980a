import { existsSync, readFileSync, rmSync } from 'node:fs';

/** After all tests: says on which engines they ran, as each of them named itself. */
export default function announceLast(): void {
  const used = process.env.TEST_MONGO_USED!;
  const names = existsSync(used) ? readFileSync(used, 'utf8').trim().split('\n') : [];
  for (const name of new Set(names)) {
    const times = names.filter((other) => other === name).length;
    console.error(`Mongo tests ran on: ${name}, started ${times} ${times === 1 ? 'time' : 'times'}`);
  }
  if (names.length === 0) console.error('Mongo tests ran on: nothing, none needed an engine');
  rmSync(used, { force: true });
}
