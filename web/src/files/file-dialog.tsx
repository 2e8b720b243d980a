import { Download } from 'lucide-react';
import type { FilePart } from '../api/types.js';
import { errorText, useTexts } from '../i18n/index.js';
import { saveBlob } from '../conversations/export.js';
import { Dialog } from '../ui/dialog.js';
import { toast } from '../ui/toasts.js';
import { contentOf, isPicture, useContent } from './content.js';
import { DocumentText } from './document-text.js';
import type { Passage } from './passage.js';
import { kindOf, useBytes } from './sizes.js';

/** A source names less of its file than a message does. */
type Named = Pick<FilePart, 'fileId' | 'filename' | 'mediaType'> & Partial<Pick<FilePart, 'size' | 'width' | 'height'>>;

interface Props {
  file: Named;
  /** What of its text an answer was drawn from. */
  passage?: Passage;
  onClose(): void;
}

/** A file, large: a picture as it is, of a document what was read of it. */
export function FileDialog({ file, passage, onClose }: Props) {
  const { files } = useTexts();
  const bytes = useBytes();
  const { fileId, filename, mediaType, size, width, height } = file;
  const isShown = isPicture(mediaType);
  const measures = width !== undefined && height !== undefined ? files.pixels(width, height) : '';

  async function save(): Promise<void> {
    try {
      saveBlob(filename, await contentOf(fileId, 'whole'));
    } catch (error) {
      toast(errorText(error));
    }
  }

  return (
    <Dialog title={filename} isLarge onClose={onClose}>
      <p className="file-facts">
        <span>{[kindOf(filename), size === undefined ? '' : bytes(size), measures].filter(Boolean).join(' · ')}</span>
        <button type="button" className="button" onClick={() => void save()}>
          <Download size={16} aria-hidden /> {files.save}
        </button>
      </p>
      {isShown ? <Large id={fileId} name={filename} /> : <DocumentText id={fileId} passage={passage} />}
    </Dialog>
  );
}

function Large({ id, name }: { id: string; name: string }) {
  const { app } = useTexts();
  const { url, error } = useContent(id, 'whole');
  if (error !== null) return <p role="alert">{errorText(error)}</p>;
  if (url === null) return <p className="loading">{app.loading}</p>;
  return <img className="file-large" src={url} alt={name} />;
}
