import { useState } from 'react';
import type { SourcePart } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { passageOf } from './passage.js';
import './files.css';
import { FileDialog } from './large.js';

/** So many are shown until somebody wants to see all. */
const FEW = 6;

/** What an answer was drawn from. Each opens the text that was read. */
export function Sources({ parts }: { parts: readonly SourcePart[] }) {
  const { files } = useTexts();
  const [showsAll, setShowsAll] = useState(false);
  const [open, setOpen] = useState<SourcePart | null>(null);
  if (parts.length === 0) return null;
  return (
    <section className="sources" aria-label={files.sources}>
      <h3>{files.sources}</h3>
      <ol className="plain">
        {(showsAll ? parts : parts.slice(0, FEW)).map((part, at) => (
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
      {parts.length > FEW && (
        <button
          type="button"
          className="button more-sources"
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? files.fewerSources : files.allSources(parts.length)}
        </button>
      )}
      {open && <FileDialog file={open} passage={passageOf(open.sourceId)} onClose={() => setOpen(null)} />}
    </section>
  );
}
