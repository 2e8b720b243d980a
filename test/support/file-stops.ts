import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { FileContents } from '../../src/files/content/file-contents.js';
import { FileReader } from '../../src/files/reading/file-reader.js';
import { ContentRecords, FileRows, Readings, Reservations } from '../../src/files/store/index.js';
import { TestApp } from './app.js';
import { readSimply } from './uploads.js';

/**
 * The product as a process of its own (see `Child`), which is told where to come to a stop next: `after FileContents.keep`
 * is behind the next such call, whose caller never hears of it. What comes after that goes on as ever. Who kills the process
 * in the end has killed it at all those points at once.
 */
let armed: string | undefined;

async function comeTo(point: string): Promise<void> {
  if (armed !== point) return;
  armed = undefined;
  console.log(`stopped ${point}`);
  await new Promise(() => {});
}

function watch(target: any, name: string, methods: string[]): void {
  for (const method of methods) {
    const original = target[method];
    target[method] = async function (this: unknown, ...args: unknown[]) {
      await comeTo(`before ${name}.${method}`);
      const result = await original.apply(this, args);
      await comeTo(`after ${name}.${method}`);
      return result;
    };
  }
}

async function run(): Promise<void> {
  const app = await TestApp.start(JSON.parse(process.argv[2]));
  const reader = app.get(FileReader);
  reader.read = async (file) => readSimply(await buffer(await (file.content as () => Promise<Readable>)()), file);
  watch(reader, 'FileReader', ['read']);
  watch(app.get(FileContents), 'FileContents', ['stage', 'keep', 'put', 'drop']);
  watch(app.get(ContentRecords), 'ContentRecords', ['open', 'noteRead']);
  watch(app.get(Reservations), 'Reservations', ['insert']);
  watch(app.get(Readings), 'Readings', ['claim', 'end']);
  watch(app.get(FileRows), 'FileRows', ['hold', 'markDeleting']);
  createInterface({ input: process.stdin }).on('line', (line) => {
    armed = line;
    console.log(`armed ${line}`);
  });
  console.log(`listens ${app.url}`);
}

void run();
