// What a browser may remember. Storage may be full or forbidden: then it is remembered as long as the page lives.

function memory(kind: 'localStorage' | 'sessionStorage') {
  /** What could not be stored. */
  const held = new Map<string, string | null>();
  return {
    get(name: string): string | null {
      const key = `parley.${name}`;
      if (held.has(key)) return held.get(key) ?? null;
      try {
        return window[kind].getItem(key);
      } catch {
        return null;
      }
    },
    set(name: string, value: string | null): void {
      const key = `parley.${name}`;
      try {
        if (value === null) window[kind].removeItem(key);
        else window[kind].setItem(key, value);
        held.delete(key);
      } catch {
        held.set(key, value);
      }
    },
    /** Forgets everything of ours. */
    clear(): void {
      held.clear();
      try {
        for (const key of Object.keys(window[kind])) if (key.startsWith('parley.')) window[kind].removeItem(key);
      } catch {
        // Nothing was ever stored.
      }
    },
  };
}

/** Of this browser. */
export const remembered = memory('localStorage');
/** Of this tab, over reloads. */
export const ofThisTab = memory('sessionStorage');
