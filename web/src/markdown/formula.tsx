import { memo, useEffect, useState } from 'react';
import { onDemand } from '../on-demand.js';
import { takeNow, takeTurn } from './turns.js';

const typesetter = onDemand(() => import('./typeset.js').then(({ typeset }) => typeset));

interface Props {
  tex: string;
  isDisplay: boolean;
}

const asWritten = ({ tex, isDisplay }: Props) => (
  <code className={isDisplay ? 'formula is-display' : 'formula'}>{tex}</code>
);

/** Of hundreds that are to be set at once, a few are at a time: the others are shown as they were written until then. */
function Typeset({ typeset, ...formula }: Props & { typeset: typeof import('./typeset.js').typeset }) {
  const [hasTurn, setTurn] = useState(takeNow);
  useEffect(() => (hasTurn ? undefined : takeTurn(() => setTurn(true))), [hasTurn]);
  return (hasTurn && typeset(formula.tex, formula.isDisplay)) || asWritten(formula);
}

/** A formula, as soon as there is what sets it; as it was written until then, and where it can't be set. */
export const Formula = memo(function Formula(formula: Props) {
  const typeset = typesetter.useLoaded();
  return typeset ? <Typeset {...formula} typeset={typeset} /> : asWritten(formula);
});
