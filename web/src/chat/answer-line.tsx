import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import type { LiveAnswer } from '../streams/answers.js';
import { useCountdown } from '../ui/use-countdown.js';

/** What there is to say of an answer besides its text: why nothing comes, and what went wrong. */
export function AnswerLine({ message, live }: { message: Message; live: LiveAnswer }) {
  const { line, errors } = useTexts();
  const seconds = useCountdown(live.retryAt);
  const lines: string[] = [];
  let isBad = false;
  if (live.reset) lines.push(line.reset[live.reset] ?? line.reset.retry);
  if (message.status === 'stopped') lines.push(line.stopped);
  else if (message.status === 'interrupted') {
    isBad = true;
    const reason = live.error && live.error.code !== 'interrupted' ? errors[live.error.code] : undefined;
    lines.push(reason ?? line.interrupted);
  } else if (message.status === 'generating') {
    if (live.isLost) lines.push(line.reconnecting);
    else if (live.retryAt !== null) lines.push(seconds > 0 ? line.retry(seconds) : line.retryNow);
    else if (live.position !== null) lines.push(line.queued(live.position));
  }
  if (lines.length === 0) return null;
  return <p className={isBad ? 'line bad' : 'line'}>{lines.join(' ')}</p>;
}
