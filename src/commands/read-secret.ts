import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';

let piped: AsyncIterator<string> | undefined;

async function nextPipedLine(): Promise<string> {
  piped ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { value, done } = await piped.next();
  return done ? '' : value;
}

function nextTypedLine(prompt: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, written) => written() });
  const terminal: Interface = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(prompt);
  return new Promise((resolve, reject) => {
    terminal.once('SIGINT', () => reject(new Error('stopped')));
    terminal.once('line', resolve);
  }).finally(() => {
    terminal.close();
    process.stderr.write('\n');
  }) as Promise<string>;
}

/** Asks for a secret: typed without an echo, or the next line of what is piped in. Empty where the input has ended. */
export function readSecret(prompt: string): Promise<string> {
  return process.stdin.isTTY ? nextTypedLine(prompt) : nextPipedLine();
}
