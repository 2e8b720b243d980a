import { useId, useState } from 'react';
import type { KeyMade } from '../../api/types.js';
import { CopyButton } from './copy-button.js';
import { type SnippetName, SNIPPETS } from './snippets.js';
import { useKeyTexts } from './texts/index.js';

interface Props {
  made: KeyMade;
  /** `<endpoint>/<model>` for the examples. */
  model: string;
  onClose(): void;
}

/** A new key: its secret, this once, and how programs use it. */
export function MadeKey({ made: { secret }, model, onClose }: Props) {
  const texts = useKeyTexts();
  const id = useId();
  const [name, setName] = useState<SnippetName>('curl');
  const snippet = SNIPPETS[name]({ origin: location.origin, secret, model });
  return (
    <>
      <p className="alert notice">{texts.madeLead}</p>
      <div className="field">
        <label htmlFor={`${id}-secret`}>{texts.secret}</label>
        <input
          id={`${id}-secret`}
          className="input key-secret"
          readOnly
          value={secret}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={secret} label={texts.copyKey} isMain />
      </div>
      <div className="field">
        <label htmlFor={`${id}-snippet`}>{texts.snippet}</label>
        <select
          id={`${id}-snippet`}
          className="input"
          value={name}
          onChange={(event) => setName(event.target.value as SnippetName)}
        >
          {Object.keys(SNIPPETS).map((one) => (
            <option key={one} value={one}>
              {texts.snippets[one as SnippetName]}
            </option>
          ))}
        </select>
        <pre className="key-snippet" tabIndex={0} role="group" aria-label={texts.snippets[name]}>
          <code>{snippet}</code>
        </pre>
        <CopyButton text={snippet} label={texts.copySnippet} />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {texts.done}
        </button>
      </div>
    </>
  );
}
