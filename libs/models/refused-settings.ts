/** Beyond this many nothing more is learned: model names may come from anybody. */
const MAX = 1000;

/**
 * Settings that a model was found to refuse. Families of models differ in what they take, and new ones come every month:
 * the first question that meets one fails in a way that may be tried again, and the next goes without the setting.
 */
export class RefusedSettings {
  private readonly known = new Set<string>();

  has(model: string, setting: string): boolean {
    return this.known.has(`${setting} ${model}`);
  }

  add(model: string, setting: string): void {
    if (this.known.size < MAX) this.known.add(`${setting} ${model}`);
  }
}

/** Whether a provider's words say that it does not know `setting`; not where only the value is out of bounds. */
export function isRefused(setting: string, words: string): boolean {
  return (
    words.includes(setting) &&
    /unsupported|not support|unrecognized|unknown|unexpected|not permitted|forbidden|extra|deprecated|only the default|not allowed|does not (take|accept)|instead/i.test(
      words,
    )
  );
}
