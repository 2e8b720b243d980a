import { ExternalLink } from 'lucide-react';
import { call } from '../../api/client.js';
import { errorText } from '../../i18n/index.js';
import { useSubmit } from '../../ui/use-submit.js';
import { useAdminTexts } from '../texts/index.js';

const BOARD = '/admin/queues';

/** Gets the cookie that the board asks for, and goes there. The tab is opened with the click: later it would be a pop-up. */
async function openBoard(): Promise<void> {
  const tab = window.open('', '_blank');
  try {
    await call('POST', '/api/admin/queues/session');
  } catch (error) {
    tab?.close();
    throw error;
  }
  (tab ?? window).location.assign(BOARD);
}

/** The way to bull-board, where the queue is one that it can show. */
export function QueueBoard({ queue }: { queue: string | undefined }) {
  const texts = useAdminTexts();
  const { submit, isBusy, error } = useSubmit(openBoard);
  const { board, boardLead, noBoard, openBoard: open } = texts.status;
  return (
    <section aria-labelledby="board-title">
      <h2 id="board-title">{board}</h2>
      <p className="hint">{queue === 'memory' ? noBoard : boardLead}</p>
      {queue !== 'memory' && (
        <button type="button" className="button" disabled={isBusy} onClick={() => void submit()}>
          {open}
          <ExternalLink size={15} aria-hidden />
        </button>
      )}
      {error !== null && (
        <p className="alert" role="alert">
          {errorText(error)}
        </p>
      )}
    </section>
  );
}
