// Figures by name, in sections, each with the arithmetic that made it.
export class Sheet {
  sections = [];
  #values = new Map();

  section(title) {
    this.sections.push({ title, rows: [] });
  }

  /** `how`: the arithmetic, with the numbers in it. */
  add(key, label, value, how) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${key} is not a number`);
    this.#values.set(key, value);
    this.sections.at(-1).rows.push({ key, label, value, how });
  }

  /** Throws where there is none: a figure that was never made must not count as nothing. */
  get(key) {
    if (!this.#values.has(key)) throw new Error(`there is no figure ${key}`);
    return this.#values.get(key);
  }

  /** Three digits are more than anything here is exact to. */
  shown(value) {
    if (typeof value !== 'number') return value;
    if (Number.isInteger(value)) return value.toLocaleString('en');
    return value.toLocaleString('en', { maximumSignificantDigits: 3 });
  }
}
