import { useAdminTexts } from '../texts/index.js';
import type { Status } from '../types.js';

/** Which backend stands behind what. */
export function Adapters({ status: { instances } }: { status: Status }) {
  const { status: texts } = useAdminTexts();
  const newest = instances.at(-1)?.adapters ?? {};
  const areMixed = new Set(instances.map(({ adapters }) => JSON.stringify(adapters))).size > 1;
  return (
    <section aria-labelledby="adapters-title">
      <h2 id="adapters-title">{texts.adapters}</h2>
      {areMixed && <p className="hint">{texts.mixed}</p>}
      <dl className="facts">
        {Object.entries(newest).map(([port, adapter]) => (
          <div key={port}>
            <dt>{texts.adapterNames[port] ?? port}</dt>
            <dd>{texts.adapterValues[adapter] ?? adapter}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
