import { useState } from 'react';
import type { SourcePart } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { passageOf } from './passage.js';
import './files.css';
import { FileDialog } from './large.js';

/** What an answer was drawn from. Each opens the text that was read. */
export function Sources({ parts }: { parts: readonly SourcePart[] }) {
  const { files } = useTexts();
  const [open, setOpen] = useState<SourcePart | null>(null);
  if (parts.length === 0) return null;
  return (
    <section className="sources" aria-label={files.sources}>
      <h3>{files.sources}</h3>
      <ol className="plain">
        {parts.map((part, at) => (
          <li key={part.sourceId}>
            <button type="button" className="source" onClick={() => setOpen(part)}>
              <span className="file-size">{at + 1}</span>
              <span className="file-name" dir="auto">
                {part.title || part.filename}
              </span>
              {part.page !== undefined && <span className="file-size">{files.page(part.page)}</span>}
            </button>
          </li>
        ))}
      </ol>
      {open && <FileDialog file={open} passage={passageOf(open.sourceId)} onClose={() => setOpen(null)} />}
    </section>
  );
}
