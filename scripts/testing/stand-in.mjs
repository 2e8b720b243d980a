// Whether the stand-in for MongoDB is as it was when its own tests last passed: test/mongo-stand-in/tested.json says of what.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesAt, hash, read, root } from '../workspace.mjs';

export const STAND_IN = 'test/mongo-stand-in/';
const record = join(root, STAND_IN, 'tested.json');

/** Itself, its tests, and what starts it for them. */
const SOURCES = [
  `${STAND_IN}src`,
  `${STAND_IN}spec`,
  ...['engine-stand-in.ts', 'use-mongo.ts'].map((file) => `test/support/mongo/${file}`),
];
/** What it is made of, and who speaks to it. */
const PACKAGES = ['bson', 'mingo', 'mongodb', 'mongoose'];

/** The same for the same sources and packages, on every machine. */
export function digestOfStandIn() {
  const files = SOURCES.flatMap((source) => filesAt(join(root, source)));
  const sources = files.map((file) => [
    relative(root, file).replaceAll('\\', '/'),
    read(file).replaceAll('\r\n', '\n'),
  ]);
  const { packages } = JSON.parse(read(join(root, 'package-lock.json')));
  const versions = PACKAGES.map((name) => [name, packages[`node_modules/${name}`].version]);
  return hash(JSON.stringify([sources, versions]));
}

export const isStandInTested = () => JSON.parse(read(record) || '{}').digest === digestOfStandIn();

/** To be committed with the change that was tested. */
export function recordStandIn() {
  writeFileSync(record, `${JSON.stringify({ digest: digestOfStandIn() }, null, 2)}\n`);
}
