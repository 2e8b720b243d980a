import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/problem.js';
import { fieldText } from '../i18n/index.js';

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

  /** What is wrong with one field, as far as the server found something. */
  const errorOf = (path: string) => {
    const found = error instanceof ApiError ? error.errors.find((one) => one.path === path) : undefined;
    return found && fieldText(found);
  };

  return { submit, isBusy, error, errorOf };
}
