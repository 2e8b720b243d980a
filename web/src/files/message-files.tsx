import { useState } from 'react';
import type { FilePart } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { isPicture } from './content.js';
import './files.css';
import { FileDialog } from './large.js';
import { FileSign, Picture } from './picture.js';
import { kindOf, useBytes } from './sizes.js';

/** The files of a question. Each opens large. */
export function MessageFiles({ parts }: { parts: readonly FilePart[] }) {
  const { files } = useTexts();
  const [open, setOpen] = useState<FilePart | null>(null);
  if (parts.length === 0) return null;
  return (
    <>
      <ul className="plain files" aria-label={files.list}>
        {parts.map((part) => (
          <li key={part.fileId}>
            {isPicture(part.mediaType) ? (
              <PictureButton part={part} onOpen={() => setOpen(part)} />
            ) : (
              <DocumentButton part={part} onOpen={() => setOpen(part)} />
            )}
          </li>
        ))}
      </ul>
      {open && <FileDialog file={open} onClose={() => setOpen(null)} />}
    </>
  );
}

interface Props {
  part: FilePart;
  onOpen(): void;
}

function PictureButton({ part, onOpen }: Props) {
  const { files } = useTexts();
  const { width = 4, height = 3, filename } = part;
  return (
    <button
      type="button"
      className="file-picture"
      aria-label={files.open(filename)}
      title={filename}
      style={{ aspectRatio: `${Math.min(3, Math.max(0.4, width / height))}` }}
      onClick={onOpen}
    >
      <Picture part={part} form="thumb" alt="" />
    </button>
  );
}

function DocumentButton({ part, onOpen }: Props) {
  const { files } = useTexts();
  const { filename, mediaType, size } = part;
  const bytes = useBytes();
  return (
    <button type="button" className="file-card" aria-label={files.open(filename)} onClick={onOpen}>
      <FileSign mediaType={mediaType} />
      <span className="file-name" dir="auto">
        {filename}
      </span>
      <span className="file-size">{[kindOf(filename), bytes(size)].filter(Boolean).join(' · ')}</span>
    </button>
  );
}
