import { useAdminTexts } from '../texts/index.js';
import type { AdminUser } from '../types.js';
import { useFormats } from '../use-formats.js';

/** How much of the token budget is used, and when the next window begins. */
export function TokenUsage({ user: { name, usage } }: { user: AdminUser }) {
  const texts = useAdminTexts();
  const formats = useFormats();
  const { tokens, tokenBudget, windowEndsInSeconds } = usage;
  if (tokens === null || tokenBudget === null) return texts.none;
  const text = texts.users.used(formats.count(tokens), formats.count(tokenBudget));
  const share = Math.min(1, tokens / tokenBudget);
  return (
    <div className="token-usage">
      <span>{text}</span>
      <div
        className="token-bar"
        role="meter"
        aria-label={texts.users.tokensOf(name)}
        aria-valuemin={0}
        aria-valuemax={tokenBudget}
        aria-valuenow={Math.min(tokens, tokenBudget)}
        aria-valuetext={text}
        data-level={share >= 1 ? 'full' : share >= 0.8 ? 'high' : undefined}
      >
        <div style={{ inlineSize: `${share * 100}%` }} />
      </div>
      {tokens > 0 && windowEndsInSeconds !== null && (
        <span className="hint">{texts.users.windowEnds(formats.inSeconds(windowEndsInSeconds))}</span>
      )}
    </div>
  );
}

/** Answers that are being written for this user now, and those that wait. */
export function AnswerCounts({ user: { usage } }: { user: AdminUser }) {
  const { none, users } = useAdminTexts();
  const { running, waiting } = usage;
  if (running + waiting === 0) return <span className="hint">{none}</span>;
  return (
    <>
      {running > 0 && <span>{users.running(running)}</span>}
      {waiting > 0 && <span className="hint">{users.waiting(waiting)}</span>}
    </>
  );
}
