import { ofThisTab } from '../api/storage.js';
import { Store } from '../store.js';
import { type ChatSettings, NO_SETTINGS } from './chat-settings.js';

function read(kept: string | null): ChatSettings {
  try {
    const { instructions, temperature } = JSON.parse(kept ?? '{}') as Partial<ChatSettings>;
    return {
      instructions: typeof instructions === 'string' ? instructions : null,
      temperature: typeof temperature === 'number' ? temperature : null,
    };
  } catch {
    return NO_SETTINGS;
  }
}

/** What somebody's next conversation begins with; kept over reloads, until it has begun. */
export function newSettingsOf(userId: string): Store<ChatSettings> {
  const name = `${userId}.newSettings`;
  const store = new Store(read(ofThisTab.get(name)));
  store.subscribe(() => {
    const settings = store.get();
    ofThisTab.set(name, settings === NO_SETTINGS ? null : JSON.stringify(settings));
  });
  return store;
}
