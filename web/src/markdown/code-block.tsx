import { Check, Copy } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTexts } from '../i18n/index.js';
import { onDemand } from '../on-demand.js';
import { copyText } from './copy.js';

const highlighter = onDemand(() => import('./highlight.js').then(({ highlight }) => highlight));

/** Colouring more than this takes too long. */
const MOST = 60_000;

/** The code in colours, as soon as the highlighter is there; plain until then, and where it has no such language. */
function useHighlighted(code: string, language: string | null): ReactNode {
  const isWanted = language !== null && code.length <= MOST;
  const highlight = highlighter.useLoaded(isWanted);
  return useMemo(
    () => (isWanted && highlight ? highlight(code, language) : code),
    [code, language, isWanted, highlight],
  );
}

export function CodeBlock({ code, language }: { code: string; language: string | null }) {
  const texts = useTexts();
  const [isCopied, setCopied] = useState(false);
  const content = useHighlighted(code, language);

  async function copy(): Promise<void> {
    if (!(await copyText(code))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }

  return (
    <div className="code-block" dir="ltr">
      <div className="code-head">
        <span>{language ?? ''}</span>
        <button type="button" className="code-copy" onClick={() => void copy()} aria-label={texts.chat.copyCode}>
          {isCopied ? <Check size={14} /> : <Copy size={14} />}
          {isCopied ? texts.chat.copied : texts.chat.copy}
        </button>
      </div>
      <pre tabIndex={0}>
        <code>{content}</code>
      </pre>
    </div>
  );
}
