import type { ApiKey } from '../../api/types.js';
import { KeyFacts } from './key-facts.js';
import { useKeyTexts } from './texts/index.js';

interface Props {
  apiKey: ApiKey;
  onRename(): void;
  onRevoke(): void;
}

export function KeyRow({ apiKey, onRename, onRevoke }: Props) {
  const texts = useKeyTexts();
  const { name } = apiKey;
  return (
    <li>
      <div className="key-facts">
        <p dir="auto">{name}</p>
        <KeyFacts apiKey={apiKey} />
      </div>
      <div className="key-actions">
        <button type="button" className="button" aria-label={texts.renameOf(name)} onClick={onRename}>
          {texts.rename}
        </button>
        <button type="button" className="button danger" aria-label={texts.revokeOf(name)} onClick={onRevoke}>
          {texts.revoke}
        </button>
      </div>
    </li>
  );
}
