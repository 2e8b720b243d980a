import { useTexts } from '../i18n/index.js';
import { sendKey } from '../preferences.js';
import { useStore } from '../store.js';
import { Dialog } from '../ui/dialog.js';
import { ALT, MOD, SHIFT } from '../ui/keys.js';
import { hasCoarsePointer } from '../ui/pointer.js';

export function KeysDialog({ onClose }: { onClose(): void }) {
  const { keys } = useTexts();
  const isEnter = useStore(sendKey.store) === 'enter' && !hasCoarsePointer();
  const all: [string, string[]][] = [
    [keys.newChat, [MOD, SHIFT, 'O']],
    [keys.search, [MOD, 'K']],
    [keys.find, [MOD, 'F']],
    [keys.sidebar, [MOD, 'B']],
    [keys.focus, ['/']],
    [keys.send, isEnter ? ['Enter'] : [MOD, 'Enter']],
    [keys.newLine, isEnter ? [SHIFT, 'Enter'] : ['Enter']],
    [keys.editLast, ['↑']],
    [keys.stop, ['Esc']],
    [keys.messages, [ALT, '↑ ↓']],
    [keys.copyLast, [MOD, SHIFT, 'Y']],
    [keys.undo, [MOD, 'Z']],
    [keys.help, ['?']],
  ];
  return (
    <Dialog title={keys.title} onClose={onClose}>
      <dl className="keys">
        {all.map(([what, combination]) => (
          <div key={what} style={{ display: 'contents' }}>
            <dt>{what}</dt>
            <dd>
              {combination.map((key, at) => (
                <span key={key}>
                  {at > 0 && ' '}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
