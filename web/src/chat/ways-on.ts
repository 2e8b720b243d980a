import type { Message } from '../api/types.js';

/** What can be done about an answer that is not as it should be. */
export interface WaysOn {
  /** Asking it to go on where it ended. */
  goOn: boolean;
  again: boolean;
  otherModel: boolean;
}

/** Failures that another attempt of the same model does not mend. */
const LASTING = ['model_refused', 'model_misconfigured', 'context_too_long'];

export function waysOn({ status, text, finishReason, error }: Message): WaysOn {
  const hasText = text.trim() !== '';
  const isLasting = LASTING.includes(error?.code ?? '');
  const isBad = status === 'interrupted' || (status === 'complete' && !hasText);
  return {
    goOn: hasText && !isLasting && (status === 'stopped' || status === 'interrupted' || finishReason === 'length'),
    again: (isBad && !isLasting) || status === 'stopped',
    otherModel: isBad,
  };
}
