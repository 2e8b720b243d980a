import { holdsPart, partPattern } from './user-search.js';

const found = (q: string, name: string) => holdsPart(q)({ name, email: 'x@example.org' });

describe('part of a name or an e-mail', () => {
  it.each([
    ['ada', 'Ada Lovelace'],
    ['LOVE', 'Ada Lovelace'],
    ['a l', 'Ada Lovelace'],
    ['ärzte', 'ÄRZTE'],
    ['ÄRZTE', 'Die Ärzte'],
    ['ярослав', 'ЯРОСЛАВ'],
    ['ΟΔΟΣ', 'οδος'],
    ['𐐨', '𐐀'],
    ['straße', 'STRASSE'],
    ['明', '小明'],
  ])('%s is in %s', (q, name) => {
    expect(found(q, name)).toBe(true);
  });

  it.each([
    ['A\u0308rzte', 'Ärzte'],
    ['Ärzte', 'A\u0308RZTE'],
    ['Ａｄａ', 'Ada'],
  ])('%j is in %j, however it is composed', (q, name) => {
    expect(found(q, name)).toBe(true);
  });

  it.each([
    '.',
    '*',
    '%',
    '_',
    '\\',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    '^',
    '$',
    '|',
    '+',
    '?',
    '/',
    '-',
    '#',
    '(?i)',
    '\\w',
  ])('%s means itself', (q) => {
    expect(found(q, `Ada ${q} Lovelace`)).toBe(true);
    expect(holdsPart(q)({ name: 'Ada Lovelace', email: 'x@localhost' })).toBe(false);
  });

  it('looks into both, and does not find what is in neither', () => {
    expect(holdsPart('example.org')({ name: 'Ada', email: 'x@example.org' })).toBe(true);
    expect(holdsPart('exampleXorg')({ name: 'Ada', email: 'x@example.org' })).toBe(false);
    expect(holdsPart('adax@')({ name: 'Ada', email: 'x@example.org' })).toBe(false);
    expect(found('arzte', 'Ärzte')).toBe(false);
  });

  it('spells out what engines do not agree on', () => {
    expect(partPattern('ö.')).toBe('(?:ö|Ö)\\.|o\u0308\\.');
    expect(partPattern('ada')).toBe('ada');
  });
});
