import { useAdminTexts } from '../texts/index.js';
import type { Status } from '../types.js';
import { useFormats } from '../use-formats.js';
import { type Health, healthOf, versionsOf } from './health.js';

const DOTS: Record<Health['state'], string> = {
  down: 'bad',
  'queue-down': 'bad',
  silent: 'bad',
  draining: 'mild',
  fine: 'good',
};

/** What an operator has to know first, in one line; screen readers hear of it when it becomes another. */
export function Headline({ status, at }: { status: Status; at: number }) {
  const { status: texts } = useAdminTexts();
  const formats = useFormats();
  const health = healthOf(status);
  const facts = [
    texts.workersCount(status.instances.length + status.silent.length),
    texts.version(versionsOf(status).join(', ')),
  ];
  return (
    <div className="page-lead headline">
      <div role="status">
        <h2>
          <i className="dot" data-state={DOTS[health.state]} />
          {health.state === 'down' &&
            texts.down(health.services.map((name) => texts.serviceNames[name] ?? name).join(', '))}
          {health.state === 'queue-down' && texts.queueDown}
          {health.state === 'silent' && texts.silent(health.count)}
          {health.state === 'draining' && texts.draining}
          {health.state === 'fine' && texts.fine}
        </h2>
      </div>
      <p className="hint">
        {facts.join(' · ')} · <time dateTime={new Date(at).toISOString()}>{texts.asOf(formats.time(at))}</time>
      </p>
    </div>
  );
}
