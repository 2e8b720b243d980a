import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../api/client.js';
import type { Page, Session } from '../api/types.js';
import type { Texts } from '../i18n/en.js';
import { useDates } from '../i18n/dates.js';
import { errorText, useTexts } from '../i18n/index.js';
import { toast } from '../ui/toasts.js';
import { deviceOf } from './device.js';
import { Section } from './section.js';

function nameOf({ userAgent }: Session, { account }: Texts): string {
  const device = deviceOf(userAgent);
  if (!device) return account.unknownDevice;
  return device.system ? account.device(device.browser, device.system) : device.browser;
}

/** Where one is logged in; each can be ended from here. */
export function Sessions() {
  const texts = useTexts();
  const dates = useDates();
  const [ending, setEnding] = useState<string | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['sessions'],
    initialPageParam: null as string | null,
    staleTime: 0,
    queryFn: ({ pageParam, signal }) =>
      call<Page<Session>>('GET', `/api/auth/sessions${query({ cursor: pageParam })}`, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

  async function end({ id }: Session): Promise<void> {
    setEnding(id);
    await call('DELETE', `/api/auth/sessions/${id}`).catch((reason: unknown) => toast(errorText(reason)));
    await refetch();
    setEnding(null);
  }

  return (
    <Section title={texts.account.sessions} lead={texts.account.sessionsLead}>
      {error !== null && <p className="alert">{errorText(error)}</p>}
      <ul className="plain sessions">
        {(data?.pages ?? [])
          .flatMap(({ items }) => items)
          .map((session) => (
            <li key={session.id}>
              <div>
                <p>
                  {nameOf(session, texts)}
                  {session.current && <span className="tag">{texts.account.thisSession}</span>}
                </p>
                <p className="hint">
                  {session.address && `${session.address} · `}
                  <time dateTime={session.lastUsedAt}>{texts.account.lastUsed(dates.moment(session.lastUsedAt))}</time>
                </p>
              </div>
              {!session.current && (
                <button
                  type="button"
                  className="button"
                  disabled={ending === session.id}
                  aria-label={texts.account.endSessionOf(nameOf(session, texts))}
                  onClick={() => void end(session)}
                >
                  {texts.account.endSession}
                </button>
              )}
            </li>
          ))}
      </ul>
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {texts.app.more}
        </button>
      )}
    </Section>
  );
}
