import { describe, expect, it } from '@jest/globals';
import { sharesOf } from './shares.mjs';

const frame = (functionName, url = '', lineNumber = 6) => ({ functionName, url, lineNumber });

describe('sharesOf', () => {
  it('adds up self time by package and function, without what waits', () => {
    const frames = [
      frame('insert', 'file:///parley/dist/src/chat/messages.js'),
      frame('request', 'file:///parley/node_modules/@a/b/index.js'),
      frame('writev'),
      frame('(idle)'),
      frame('push', 'node:internal/streams/readable'),
    ];
    const nodes = frames.map((callFrame, i) => ({ id: i + 1, callFrame }));
    const { unit, total, packages, functions } = sharesOf([
      { nodes, samples: [1, 2, 3, 4, 1, 5], timeDeltas: [1000, 2000, 3000, 9000, 500, 500] },
    ]);
    expect([unit, total]).toEqual(['ms', 7]);
    expect(packages).toEqual([
      ['native writev', 3],
      ['@a/b', 2],
      ['src/chat', 1.5],
      ['node:internal/streams', 0.5],
    ]);
    expect(functions).toContainEqual(['insert src/chat:7', 1.5]);
  });

  it('adds up what is held, from a heap profile', () => {
    const leaf = { callFrame: frame('b', '/x/node_modules/c/i.js'), selfSize: 2048, children: [] };
    const head = { callFrame: frame('(root)'), selfSize: 0, children: [leaf, leaf] };
    expect(sharesOf([{ head }])).toMatchObject({ unit: 'kB', total: 4, packages: [['c', 4]] });
  });
});
