import { memo } from 'react';
import { onDemand } from '../on-demand.js';

const typesetter = onDemand(() => import('./typeset.js').then(({ typeset }) => typeset));

/** A formula, as soon as there is what sets it; as it was written until then, and where it can't be set. */
export const Formula = memo(function Formula({ tex, isDisplay }: { tex: string; isDisplay: boolean }) {
  const typeset = typesetter.useLoaded();
  return typeset?.(tex, isDisplay) ?? <code className={isDisplay ? 'formula is-display' : 'formula'}>{tex}</code>;
});
