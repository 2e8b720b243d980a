import type { ApiKey } from '../../api/types.js';
import { useDates } from '../../i18n/dates.js';
import { useKeyTexts } from './texts/index.js';

/** What is known of a key, in a few lines. */
export function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const texts = useKeyTexts();
  const dates = useDates();
  const { prefix, scopes, models, expiresAt, tokensPerDay, lastUsedAt } = apiKey;
  const limits = [
    models && texts.onlyModels(models),
    tokensPerDay !== null && texts.tokensPerDay(tokensPerDay),
    expiresAt && (Date.parse(expiresAt) > Date.now() ? texts.ends : texts.ended)(dates.moment(expiresAt)),
  ].filter(Boolean);
  return (
    <>
      <p className="hint">
        <code>{prefix}…</code> · {scopes.join(', ')}
      </p>
      {limits.length > 0 && <p className="hint">{limits.join(' · ')}</p>}
      <p className="hint">{lastUsedAt ? texts.lastUsed(dates.moment(lastUsedAt)) : texts.neverUsed}</p>
    </>
  );
}
