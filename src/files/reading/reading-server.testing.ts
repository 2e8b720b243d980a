// A process that has a file read, and says by which process.
import { ChildFileReader } from './child-file-reader.js';
import { fileOf, MISBEHAVING_READER } from './reading.testing.js';

async function main(): Promise<void> {
  const reader = new ChildFileReader({ maxPixels: 1000, script: MISBEHAVING_READER });
  await reader.read(fileOf('read', 'text/plain'));
  void reader.read(fileOf(process.argv[2], 'text/plain')).catch(() => undefined);
  process.stdout.write(`${reader.pid}\n`);
}
void main();
