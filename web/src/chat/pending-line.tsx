import { reasonText, useTexts } from '../i18n/index.js';
import { useCountdown } from '../ui/use-countdown.js';
import { useWorkspace } from '../workspace.js';
import type { PendingAsk } from './asks.js';

interface Props {
  ask: PendingAsk;
  onTakeBack(ask: PendingAsk): void;
}

/** How a question fares that the server has not taken yet. */
export function PendingLine({ ask, onTakeBack }: Props) {
  const { line } = useTexts();
  const { asks } = useWorkspace();
  const seconds = useCountdown(ask.retryAt);
  if (ask.status === 'sending') return <Thinking />;
  const isRefused = ask.status === 'refused';
  return (
    <div className="pending" role="alert">
      <p className={isRefused ? 'line bad' : 'line'}>
        {isRefused ? reasonText(ask.error) : line.sendAgain}{' '}
        {seconds > 0 && (
          <span aria-live="off">{ask.isAutomatic ? line.countdown(seconds) : line.waitFor(seconds)}.</span>
        )}
      </p>
      <div className="pending-actions">
        {isRefused && (
          <button type="button" className="button" disabled={seconds > 0} onClick={() => asks.sendAgain(ask.key)}>
            {line.sendNow}
          </button>
        )}
        <button type="button" className="button" onClick={() => onTakeBack(ask)}>
          {line.discard}
        </button>
      </div>
    </div>
  );
}

/** Something is on its way. */
export function Thinking() {
  const { chat } = useTexts();
  return (
    <p className="thinking">
      <span className="visually-hidden">{chat.thinking}</span>
      <i />
      <i />
      <i />
    </p>
  );
}
