import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compare, saveBaseline } from './baseline.mjs';
import { reach, ROWS } from './reach.mjs';
import { Section } from './section.mjs';

const scenario = (name) => ({ name, about: '', lifts: {} });

function section(name, backend, figures, failures = {}) {
  const made = new Section(scenario(name), backend);
  for (const [id, ours, truth] of figures) {
    made.figure({ id, label: id, unit: 'ms' }, { ours, truth, truthName: 'floor' }, (value) => value);
  }
  made.failures = failures;
  return made.toJSON();
}

describe('Section', () => {
  it('takes the median of all runs, and its ratio to that of the truth', () => {
    const [figure] = section('ask', 'embedded', [['x', [9, 1, 3], [1, 2, 7]]]).figures;
    expect(figure).toMatchObject({ median: 3, runs: [9, 1, 3], truth: { median: 2 }, ratio: 1.5 });
  });
});

describe('reach', () => {
  const row = (sections, what) => reach(sections)[ROWS.findIndex((one) => one.what.startsWith(what))];

  it('says of each backend what was found and whether that is enough', () => {
    const sections = [
      section('ask', 'embedded', [['rate-200/cpu', [2], [1]]]),
      section('ask', 'cluster', [['rate-200/cpu', [2], [1]]]),
    ];
    const { embedded, cluster } = row(sections, 'ask: server CPU');
    expect(embedded).toEqual({ target: '≤ 1.4 ×', found: 2, times: ' ×', reached: false });
    expect(cluster).toMatchObject({ target: '≤ 2 ×', reached: true });
  });

  it('counts failures, and does not take another measurement for the one in question', () => {
    const measured = [section('ask', 'embedded', [['users-1000/turns', [1]]], { cut: 2 })];
    expect(row(measured, 'ask: failures').embedded).toMatchObject({ found: 2, reached: false });
    const other = [section('ask', 'embedded', [['users-5/turns', [1]]])];
    expect(row(other, 'ask: failures').embedded).toMatchObject({ found: null, reached: null });
  });
});

describe('baseline', () => {
  let folder;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'parley-baseline-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const machine = { commit: 'c', date: '2026-01-01', engines: 'none' };

  it('compares ratios, and names only what differs by more than the mood of a machine', () => {
    const file = join(folder, 'baseline.json');
    expect(compare(file, []).found).toBe(false);
    saveBaseline(file, {
      machine,
      sections: [
        section('ask', 'embedded', [
          ['a', [2], [1]],
          ['b', [2], [1]],
        ]),
      ],
    });
    const now = [
      section('ask', 'embedded', [
        ['a', [3], [1]],
        ['b', [21], [10]],
        ['new', [1], [1]],
      ]),
    ];
    const { compared, changes } = compare(file, now);
    expect(compared).toBe(2);
    expect(changes).toEqual([{ figure: 'embedded/ask/a', before: 2, now: 3, change: 0.5 }]);
  });
});
