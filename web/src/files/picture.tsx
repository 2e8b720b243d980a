import { FileText, ImageIcon } from 'lucide-react';
import { useState } from 'react';
import type { FilePart } from '../api/types.js';
import { isPicture, useContent } from './content.js';

interface Props {
  part: FilePart;
  form: 'thumb' | 'whole';
  /** Empty where its name stands beside it. */
  alt: string;
}

/** A picture that was uploaded; until it is there, and where it can't be had, a sign for it. */
export function Picture({ part, form, alt }: Props) {
  const { url } = useContent(part.fileId, form);
  const [isBroken, setBroken] = useState(false);
  const { width, height } = part;
  if (url === null || isBroken) {
    return (
      <span className="picture-sign" role={alt ? 'img' : undefined} aria-label={alt || undefined}>
        <ImageIcon size={20} aria-hidden />
      </span>
    );
  }
  // It has its room before it is drawn: what stands below does not move.
  return <img src={url} alt={alt} width={width} height={height} draggable={false} onError={() => setBroken(true)} />;
}

/** What stands for a file that is no picture. */
export function FileSign({ mediaType }: { mediaType: string }) {
  return isPicture(mediaType) ? <ImageIcon size={20} aria-hidden /> : <FileText size={20} aria-hidden />;
}
