import type { Element } from 'hast';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { Check, Copy } from 'lucide-react';
import { memo, useState } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { useTexts } from '../i18n/index.js';
import { copyText } from './copy.js';
import type { Lines } from './lines.js';
import { useColours } from './use-colours.js';
import { useGrowing } from './use-growing.js';

const Coloured = memo(function Coloured({ nodes }: { nodes: string }) {
  return toJsxRuntime({ type: 'root', children: JSON.parse(nodes) as Element[] }, { Fragment, jsx, jsxs });
});

/** How much some lines are, in elements. */
const weightOf = ({ coloured }: Lines) => coloured?.nodes.split('"element"').length ?? 1;

export function CodeBlock({ code, language }: { code: string; language: string | null }) {
  const texts = useTexts();
  const [isCopied, setCopied] = useState(false);
  const lines = useColours(code, language);
  // The others are there too, only without their colours so far.
  const shown = useGrowing(lines.map(weightOf));

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
        <code>
          {lines.map(({ coloured, rest }, at) => (
            <Fragment key={at}>
              {coloured && (at < shown ? <Coloured nodes={coloured.nodes} /> : coloured.text)}
              {rest}
            </Fragment>
          ))}
        </code>
      </pre>
    </div>
  );
}
