import { useEffect, useState } from 'react';
import { send } from '../api/client.js';
import { isCode } from '../api/problem.js';
import { pause } from '../streams/backoff.js';

/** The file as it is kept; a picture of at most 512 pixels a side; what was read of a document. */
export type Form = 'whole' | 'thumb' | 'text';

const PATHS: Record<Form, (id: string) => string> = {
  whole: (id) => `/api/files/${id}/content`,
  thumb: (id) => `/api/files/${id}/content?size=thumb`,
  text: (id) => `/api/files/${id}/text`,
};

const READING_MS = 1_000;

/** The bytes. One that is still being read is waited for. */
export async function contentOf(id: string, form: Form, signal?: AbortSignal): Promise<Blob> {
  for (;;) {
    try {
      const response = await send('GET', PATHS[form](encodeURIComponent(id)), { headers: { Accept: '*/*' }, signal });
      return await response.blob();
    } catch (error) {
      if (!isCode(error, 'file_processing')) throw error;
      await pause(READING_MS, signal ?? new AbortController().signal);
    }
  }
}

/** So much of a document's text is fetched to be looked at, bytes. */
const MOST_TEXT = 200_000;

/** The beginning of what was read of a document, and whether there is more of it; `isWhole`: all of it. */
export async function textOf(
  id: string,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<{ text: string; hasMore: boolean }> {
  const headers = { Accept: 'text/plain', ...(!isWhole && { Range: `bytes=0-${MOST_TEXT - 1}` }) };
  const response = await send('GET', PATHS.text(encodeURIComponent(id)), { headers, signal });
  const bytes = await response.arrayBuffer();
  // A letter of which only a half has come is left out.
  const text = new TextDecoder().decode(bytes, { stream: true });
  const [, total] = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '') ?? [];
  return { text, hasMore: total !== undefined && Number(total) > bytes.byteLength };
}

/** A file that nobody holds any more, or that can't be had. */
export interface Shown {
  url: string | null;
  error: unknown;
}

/** An address of a file's bytes for as long as they are in sight: the server gives them to nobody without a token. */
export function useContent(id: string, form: Form): Shown {
  const [shown, setShown] = useState<Shown>({ url: null, error: null });
  useEffect(() => {
    const leaving = new AbortController();
    let url: string | null = null;
    contentOf(id, form, leaving.signal).then(
      (blob) => {
        if (leaving.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setShown({ url, error: null });
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setShown({ url: null, error });
      },
    );
    return () => {
      leaving.abort();
      if (url !== null) URL.revokeObjectURL(url);
      setShown({ url: null, error: null });
    };
  }, [id, form]);
  return shown;
}

/** An address of what is being sent from this machine. */
export function useLocalUrl(blob: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(null);
    };
  }, [blob]);
  return url;
}

/** Pictures that every browser shows. */
export const isPicture = (mediaType: string) => /^image\/(png|jpeg|webp|gif)$/.test(mediaType);
