import { type ComponentType, type ReactNode, Suspense } from 'react';
import { useTexts } from '../i18n/index.js';
import { onDemand } from '../on-demand.js';
import { Boundary } from './boundary.js';

/** In the place of a part that can't be loaded. All around it goes on. */
function Unloaded({ onRetry }: { onRetry(): void }) {
  const { app } = useTexts();
  return (
    <div className="centred" role="alert">
      <p className="loading">{app.notLoaded}</p>
      <button type="button" className="button" onClick={onRetry}>
        {app.tryAgain}
      </button>
    </div>
  );
}

/** Says that a page is on its way. */
export function Loading() {
  const { app } = useTexts();
  return <p className="loading">{app.loading}</p>;
}

/**
 * A part of the page that is loaded when it is first shown. What goes wrong with it, in loading or later, stays within it.
 * `waiting` stands there until it has come; `around` is put around the word that it can't be had.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  waiting: ReactNode = null,
  around: (unloaded: ReactNode, props: P) => ReactNode = (unloaded) => unloaded,
) {
  const part = onDemand(load);
  return function LazyPart(props: P) {
    const { value: Loaded, hasFailed } = part.usePart();
    if (!Loaded) return hasFailed ? around(<Unloaded onRetry={part.start} />, props) : waiting;
    return (
      <Boundary>
        <Suspense fallback={waiting}>
          <Loaded {...props} />
        </Suspense>
      </Boundary>
    );
  };
}
