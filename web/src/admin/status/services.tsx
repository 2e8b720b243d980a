import { useAdminTexts } from '../texts/index.js';
import type { Status } from '../types.js';
import { useFormats } from '../use-formats.js';
import { servicesOf } from './health.js';

/** Redis, MongoDB, SQLite: whether each answers, and how fast. */
export function Services({ status }: { status: Status }) {
  const { status: texts } = useAdminTexts();
  const formats = useFormats();
  const services = servicesOf(status);
  return (
    <section aria-labelledby="services-title">
      <h2 id="services-title" className="visually-hidden">
        {texts.services}
      </h2>
      {services.length === 0 && <p className="hint">{texts.noServices}</p>}
      <ul className="plain services">
        {services.map(({ name, down, of, latencyMs }) => (
          <li key={name}>
            <i className="dot" data-state={down > 0 ? 'bad' : 'good'} />
            <b>{texts.serviceNames[name] ?? name}</b>
            <span className={down > 0 ? 'error-text' : 'hint'}>
              {down === 0 ? texts.up : down < of ? texts.downAt(down, of) : texts.isDown}
            </span>
            {down === 0 && (
              <span className="latency" dir="auto">
                {formats.ms(latencyMs)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
