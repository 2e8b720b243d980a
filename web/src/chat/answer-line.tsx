import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import type { LiveAnswer } from '../streams/answers.js';
import { useCountdown } from '../ui/use-countdown.js';
import { useElapsed } from '../ui/use-elapsed.js';
import { linesOf } from './answer-lines.js';

/** What there is to say of an answer besides its text: why nothing comes, and what went wrong. */
export function AnswerLine({ message, live }: { message: Message; live: LiveAnswer }) {
  const texts = useTexts();
  const untilRetry = useCountdown(live.retryAt);
  const quiet = useElapsed(message.status === 'generating' ? live.quietSince : null);
  const lines = linesOf(message, live, { untilRetry, quiet }, texts);
  if (lines.length === 0) return null;
  return <p className={message.status === 'interrupted' ? 'line bad' : 'line'}>{lines.join(' ')}</p>;
}
