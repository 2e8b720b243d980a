import { useStore } from '../store.js';
import { undoKey } from './keys.js';
import { toasts } from './toasts.js';

export function Toaster() {
  return (
    <div className="toasts" role="status">
      {useStore(toasts).map(({ id, text, action, isUndo }) => (
        <div key={id} className="toast">
          <span dir="auto">{text}</span>
          {action && (
            <button type="button" aria-keyshortcuts={isUndo ? undoKey : undefined} onClick={action.run}>
              {action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
