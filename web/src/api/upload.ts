import { ApiError, problemOf, unreachable } from './problem.js';
import { freshToken, refresh } from './session.js';
import type { UploadedFile } from './types.js';

/** `sent`: bytes that have gone out, of the form around the file, too. */
type OnProgress = (sent: number) => void;

/**
 * Sends a file, and tells how far it has come, which `fetch` can't. Rejects with an ApiError, or with the signal's reason. A
 * token that the server no longer takes is renewed once.
 */
export async function upload(file: Blob, name: string, onProgress: OnProgress, signal: AbortSignal) {
  const token = await freshToken();
  try {
    return await sendForm(file, name, token, onProgress, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || !token) throw error;
    const session = await refresh(token);
    if (!session) throw error;
    return sendForm(file, name, session.token, onProgress, signal);
  }
}

function sendForm(file: Blob, name: string, token: string | null, onProgress: OnProgress, signal: AbortSignal) {
  return new Promise<UploadedFile>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => {
      request.abort();
      reject(signal.reason as Error);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    request.onloadend = () => signal.removeEventListener('abort', abort);
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      const body = bodyOf(request.responseText);
      if (request.status === 201) resolve((body as { file: UploadedFile }).file);
      else reject(problemOf(request.status, request.getResponseHeader('Retry-After'), body));
    };
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.open('POST', '/api/files');
    request.setRequestHeader('Accept', 'application/json');
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    const form = new FormData();
    form.append('file', file, name);
    request.send(form);
  });
}

/** What is no JSON comes from something between us and the server. */
function bodyOf(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
