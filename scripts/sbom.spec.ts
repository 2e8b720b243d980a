/* global __dirname */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = join(__dirname, '..');

describe('npm run sbom', () => {
  let bom;
  let names;
  beforeAll(() => {
    const { sbom } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
    bom = JSON.parse(execFileSync(sbom, { cwd: root, shell: true, encoding: 'utf8', maxBuffer: 100_000_000 }));
    names = bom.components.map(({ name }) => name);
  });

  it('names what the server runs with, and what browsers get', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules/react/package.json'), 'utf8'));
    expect(bom.metadata.component.name).toBe('parley');
    expect(bom.components.find(({ name }) => name === 'react')).toMatchObject({ version, scope: 'required' });
    const page = ['react-dom', 'katex', 'micromark', '@fontsource-variable/inter', 'uplot', '@radix-ui/react-tooltip'];
    // What these need themselves.
    const below = [
      'scheduler',
      'micromark-core-commonmark',
      'highlight.js',
      '@radix-ui/react-popper',
      'engine.io-client',
    ];
    for (const name of ['fastify', 'mongoose', 'pm2', ...page, ...below]) expect(names).toContain(name);
  });

  it('names nothing that only builds or tests it', () => {
    for (const name of ['vite', 'jest', 'eslint', 'prettier', '@nestjs/cli', 'playwright-core', 'mingo']) {
      expect(names).not.toContain(name);
    }
  });

  it('refers to nothing that is not in it', () => {
    const refs = new Set(bom.components.map((one) => one['bom-ref']));
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  });
});
