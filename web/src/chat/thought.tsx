import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTexts } from '../i18n/index.js';
import { markdown } from '../markdown/load.js';
import { PlainText } from '../markdown/plain-text.js';
import { thoughtsFold } from '../preferences.js';
import { useStore } from '../store.js';
import { useElapsed } from '../ui/use-elapsed.js';
import { holds, lookedFor } from './find.js';
import { foldOf } from './folds.js';
import './thought.css';

interface Props {
  /** Its own among all that can be opened. */
  name: string;
  text: string;
  /** How long it took; null: it is being written, or nobody said. */
  ms: number | null;
  /** Since when it is being written, by this machine's clock; null: it is not. */
  since: number | null;
}

/** What a model thought, above what it says after that. Of what its provider hides there is only how long it took. */
export function Thought({ name, text, ms, since }: Props) {
  const { thought } = useTexts();
  const id = useId();
  const isThinking = since !== null;
  const isOpen = useFold(name, text, isThinking);
  const seconds = useElapsed(since);
  const said =
    ms !== null ? thought.took(Math.max(1, Math.round(ms / 1_000))) : isThinking ? thought.thinking : thought.name;
  // A name that changed each second would be read out each second.
  const label = (
    <>
      <span>{said}</span>
      {isThinking && <span aria-hidden>{thought.seconds(seconds)}</span>}
    </>
  );
  const shown = text.trim();
  if (shown === '') return <p className="thought-line">{label}</p>;
  return (
    <div className="thought">
      <button
        type="button"
        className="thought-line"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => foldOf(name).set(!isOpen)}
      >
        <ChevronRight size={15} aria-hidden />
        {label}
      </button>
      <div id={id} className="thought-text" hidden={!isOpen}>
        {isOpen && <ThoughtText text={shown} />}
      </div>
    </div>
  );
}

function ThoughtText({ text }: { text: string }) {
  const Markdown = markdown.useLoaded();
  return Markdown ? <Markdown text={text} /> : <PlainText text={text} />;
}

/**
 * Whether it is open: as somebody has put it; else where it holds what is looked for; else as they put the last one. Who has
 * never touched one sees it while it is written.
 */
function useFold(name: string, text: string, isThinking: boolean): boolean {
  const own = useStore(foldOf(name));
  const wanted = useStore(lookedFor);
  // One that is in sight stays as it is when another is opened.
  const [chosen] = useState(thoughtsFold.store.get);
  if (own !== null) return own;
  if (wanted !== '' && holds(text, wanted)) return true;
  return chosen === 'open' || (chosen === 'live' && isThinking);
}
