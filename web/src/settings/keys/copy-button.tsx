import { useState } from 'react';
import { copyText } from '../../markdown/copy.js';
import { useKeyTexts } from './texts/index.js';

interface Props {
  text: string;
  label: string;
  /** What one is here for: the focus begins there. */
  isMain?: boolean;
}

/** Copies, and says beside itself what came of it: a dialog covers what is told elsewhere. */
export function CopyButton({ text, label, isMain }: Props) {
  const texts = useKeyTexts();
  const [outcome, setOutcome] = useState<{ of: string; isThere: boolean } | null>(null);
  const isTold = outcome?.of === text;
  return (
    <div className="key-copy">
      <button
        type="button"
        className={isMain ? 'button primary' : 'button'}
        data-autofocus={isMain}
        onClick={() => void copyText(text).then((isThere) => setOutcome({ of: text, isThere }))}
      >
        {label}
      </button>
      <span role="status" className="hint">
        {isTold && (outcome.isThere ? texts.copied : texts.copyFailed)}
      </span>
    </div>
  );
}
