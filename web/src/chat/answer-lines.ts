import type { Message } from '../api/types.js';
import type { Texts } from '../i18n/en.js';
import { wordsFor } from '../i18n/index.js';
import type { LiveAnswer } from '../streams/answers.js';

/** So much of an answer is read out: who wants more goes to it. */
const LENGTH = 400;
/** After so long without a word there is a sign that it is still waited for, s. */
const QUIET_S = 8;

/** Seconds: until the next attempt; since the last word. */
interface Seconds {
  untilRetry: number;
  quiet: number;
}

/** What there is to say of an answer besides its text. */
export function linesOf(message: Message, live: LiveAnswer, seconds: Seconds, texts: Texts): string[] {
  const { status, text, finishReason } = message;
  const { line } = texts;
  const isEmpty = text.trim() === '';
  // Of several attempts that all failed, only how the last one ended counts.
  const lines = live.reset && status !== 'interrupted' ? [line.reset[live.reset] ?? line.reset.retry] : [];
  if (status === 'stopped') lines.push(line.stopped);
  else if (status === 'interrupted') lines.push(reasonOf(message, live, texts));
  else if (status === 'generating') lines.push(...waitOf(live, seconds, texts));
  else if (finishReason === 'length') lines.push(line.cut);
  else if (isEmpty) lines.push(line.empty);
  return lines;
}

/** Why an answer failed, in the reader's words: never in the server's. */
function reasonOf({ text, error, finishReason }: Message, live: LiveAnswer, { line, errors }: Texts): string {
  if (finishReason === 'content-filter') return line.filtered;
  const { code, params } = error ?? live.error ?? {};
  const reason = code === 'interrupted' ? undefined : wordsFor(errors, code, params);
  return reason ?? (text.trim() === '' ? line.interruptedEmpty : line.interrupted);
}

function waitOf({ isLost, retryAt, retryReason, position }: LiveAnswer, seconds: Seconds, { line }: Texts): string[] {
  const isBusy = retryReason === 'model_rate_limited';
  if (isLost) return [line.reconnecting];
  if (retryAt !== null && seconds.untilRetry > 0) return [(isBusy ? line.retryBusy : line.retry)(seconds.untilRetry)];
  if (retryAt !== null) return [isBusy ? line.retryBusyNow : line.retryNow];
  if (position !== null) return [line.queued(position)];
  return seconds.quiet >= QUIET_S ? [line.quiet(seconds.quiet)] : [];
}

/** How an answer ended, and its first words, for those who listen. */
export function announcementOf(message: Message, live: LiveAnswer, texts: Texts): string {
  const { status, text, finishReason } = message;
  const isWhole = status === 'complete' && finishReason !== 'length' && text.trim() !== '';
  const end = isWhole
    ? texts.chat.answerFinished
    : linesOf(message, live, { untilRetry: 0, quiet: 0 }, texts).join(' ');
  return `${end} ${text.slice(0, LENGTH)}`.trim();
}
