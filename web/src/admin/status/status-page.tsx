import { useMemo } from 'react';
import { ApiError, isCode } from '../../api/problem.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Forbidden } from '../forbidden.js';
import { type AdminTexts } from '../texts/en.js';
import { useAdminTexts } from '../texts/index.js';
import { useFormats } from '../use-formats.js';
import { Adapters } from './adapters.js';
import { Charts } from './charts.js';
import { Headline } from './headline.js';
import { QueueBoard } from './queue-board.js';
import { Services } from './services.js';
import './status.css';
import { useStatus } from './use-status.js';
import { workersOf } from './workers.js';
import { WorkersTable } from './workers-table.js';

/** Why there are no newer figures. `time`: of which those are that are shown; null: there are none. */
function excuse(error: unknown, time: string | null, texts: AdminTexts): string {
  const isAway = !(error instanceof ApiError) || error.code === 'unreachable' || error.code === 'unavailable';
  if (isAway) return time ? texts.status.stale(time) : texts.status.unreachable;
  const why = errorText(error);
  return time ? texts.status.refused(why, time) : why;
}

/** How the server is, at a glance, and what it did in the last hour. */
export default function StatusPage() {
  const { app } = useTexts();
  const texts = useAdminTexts();
  const formats = useFormats();
  const { data: history, error } = useStatus();
  const workers = useMemo(() => (history ? workersOf(history) : []), [history]);
  if (isCode(error, 'forbidden')) return <Forbidden />;

  const last = history?.last;
  const notice = error !== null && (
    <p className="alert notice" role="alert">
      {excuse(error, last ? formats.time(last.at) : null, texts)}
    </p>
  );
  if (!history || !last) return notice || <p className="loading">{app.loading}</p>;
  const { status, at } = last;
  const silent = history.past?.silent ?? 0;
  return (
    <div className="status">
      {notice}
      <div className="overview">
        <Headline status={status} at={at} />
        <Services status={status} />
      </div>
      <section aria-labelledby="charts-title">
        <h2 id="charts-title">{texts.status.charts}</h2>
        {history.past?.failed && <p className="hint">{texts.status.noPast}</p>}
        {silent > 0 && <p className="hint">{texts.status.pastSilent(silent)}</p>}
        <Charts history={history} status={status} workers={workers} />
      </section>
      <WorkersTable workers={workers} />
      <div className="pair">
        <Adapters status={status} />
        <QueueBoard queue={status.instances.at(-1)?.adapters.queue} />
      </div>
    </div>
  );
}
