import { ImageIcon } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../i18n/index.js';
import { safeLink } from './safe-link.js';

/** A picture that an answer names. To load it tells its server about the reader, so that is for the reader to decide. */
export function RemoteImage({ src, alt }: { src: string | undefined; alt: string }) {
  const texts = useTexts();
  const [isShown, setShown] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const url = safeLink(src);
  if (!url?.startsWith('http')) return <>{alt}</>;
  if (hasFailed) {
    return (
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        {alt || url}
      </a>
    );
  }
  if (isShown) {
    return <img src={url} alt={alt} referrerPolicy="no-referrer" onError={() => setFailed(true)} />;
  }
  return (
    <button type="button" className="button image-gate" onClick={() => setShown(true)}>
      <ImageIcon size={16} />
      <span>
        {texts.chat.showImage}
        <small>{alt || texts.chat.imageFrom(new URL(url).host)}</small>
      </span>
    </button>
  );
}
