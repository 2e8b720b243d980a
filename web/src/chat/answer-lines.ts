import type { Message } from '../api/types.js';
import type { Texts } from '../i18n/en.js';
import type { LiveAnswer } from '../streams/answers.js';

/** So much of an answer is read out: who wants more goes to it. */
const LENGTH = 400;

/** What there is to say of an answer besides its text. `seconds`: until the next attempt. */
export function linesOf({ status, text }: Message, live: LiveAnswer, seconds: number, texts: Texts): string[] {
  const { line, errors } = texts;
  const isEmpty = text.trim() === '';
  // Of several attempts that all failed, only how the last one ended counts.
  const lines = live.reset && status !== 'interrupted' ? [line.reset[live.reset] ?? line.reset.retry] : [];
  if (status === 'stopped') lines.push(line.stopped);
  else if (status === 'complete' && isEmpty) lines.push(line.empty);
  else if (status === 'interrupted') {
    const reason = live.error && live.error.code !== 'interrupted' ? errors[live.error.code] : undefined;
    lines.push(reason ?? (isEmpty ? line.interruptedEmpty : line.interrupted));
  } else if (status === 'generating') {
    if (live.isLost) lines.push(line.reconnecting);
    else if (live.retryAt !== null) lines.push(seconds > 0 ? line.retry(seconds) : line.retryNow);
    else if (live.position !== null) lines.push(line.queued(live.position));
  }
  return lines;
}

/** How an answer ended, and its first words, for those who listen. */
export function announcementOf(message: Message, live: LiveAnswer, texts: Texts): string {
  const isWhole = message.status === 'complete' && message.text.trim() !== '';
  const end = isWhole ? texts.chat.answerFinished : linesOf(message, live, 0, texts).join(' ');
  return `${end} ${message.text.slice(0, LENGTH)}`.trim();
}
