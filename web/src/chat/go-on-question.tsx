import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTexts } from '../i18n/index.js';

/** Between two answers of which one goes on where the other ended: the question for that, folded. */
export function GoOnQuestion({ hasVersions, children }: { hasVersions: boolean; children: ReactNode }) {
  const { line } = useTexts();
  const id = useId();
  const [own, setOwn] = useState<boolean | null>(null);
  // Another version of it is behind its arrows.
  const isOpen = own ?? hasVersions;
  return (
    <>
      <button
        type="button"
        className="thought-line go-on"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOwn(!isOpen)}
      >
        <ChevronRight size={15} aria-hidden />
        <span>{line.goneOn}</span>
      </button>
      <div id={id} className="go-on-question" hidden={!isOpen}>
        {isOpen && children}
      </div>
    </>
  );
}
