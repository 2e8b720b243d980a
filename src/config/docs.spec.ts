import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { renderEnvExample, renderTables, withTables } from './docs.js';
import { schema } from './schema.js';

const file = (name: string) => readFileSync(join(__dirname, '..', '..', name), 'utf8');

describe('what is generated from the schema', () => {
  it('.env.example is up to date (else: npm run docs:config)', () => {
    expect(file('.env.example')).toBe(renderEnvExample());
  });

  it('the tables of docs/configuration.md are up to date (else: npm run docs:config)', () => {
    expect(file('docs/configuration.md')).toBe(withTables(file('docs/configuration.md')));
  });

  it('names every variable, each with its default', () => {
    const uncommented = renderEnvExample().replaceAll(/^#(?=[A-Z])/gm, '');
    const values = parseEnv(uncommented) as Record<string, string>;
    expect(Object.keys(values).sort()).toEqual(Object.keys(schema.shape).sort());
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    expect(schema.parse(given)).toEqual(schema.parse({}));
    expect(values.PORT).toBe('3080');
  });

  it('names the choices of a variable', () => {
    expect(renderTables()).toContain(
      '| `TITLES` | `words` | Who titles a conversation: a small call to its model, or the first words of the question (model, words) |',
    );
  });

  it('shows words alone, also of a variable that takes one of several forms', () => {
    expect(renderTables() + renderEnvExample()).not.toContain('[object');
  });

  it('refuses a page without markers', () => {
    expect(() => withTables('# Parley')).toThrow('docs/configuration.md must hold');
  });
});
