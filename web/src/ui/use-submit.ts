import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/problem.js';

/** One form's sending: never twice at once, with the error of the last time. */
export function useSubmit(send: () => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      await send();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  /** What the server said about one field. */
  const errorOf = (path: string) =>
    error instanceof ApiError ? error.errors.find((found) => found.path === path)?.message : undefined;

  return { submit, isBusy, error, errorOf };
}
