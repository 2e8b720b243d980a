import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../api/client.js';
import { isCode } from '../../api/problem.js';
import type { AdminKey, Page } from '../../api/types.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { KeyFacts } from '../../settings/keys/key-facts.js';
import '../../settings/keys/keys.css';
import { RevokeKey } from '../../settings/keys/revoke-key.js';
import { useKeyTexts } from '../../settings/keys/texts/index.js';
import { Forbidden } from '../forbidden.js';
import { useAdminTexts } from '../texts/index.js';
import './keys-page.css';

/** Everybody's keys, and whose they are. */
export default function KeysPage() {
  const { app } = useTexts();
  const { keys: texts } = useAdminTexts();
  const { revoke, revokeOf } = useKeyTexts();
  const [asked, setAsked] = useState<AdminKey | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['admin', 'keys'],
    initialPageParam: null as string | null,
    staleTime: 0,
    queryFn: ({ pageParam, signal }) =>
      call<Page<AdminKey>>('GET', `/api/admin/keys${query({ cursor: pageParam })}`, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (isCode(error, 'forbidden')) return <Forbidden />;
  const keys = data?.pages.flatMap(({ items }) => items);
  return (
    <section className="admin-keys" aria-labelledby="keys-title">
      <div className="page-lead">
        <h2 id="keys-title">{texts.title}</h2>
        <p className="hint">{texts.lead}</p>
      </div>
      {error !== null && (
        <p className="alert" role="alert">
          {texts.failed} {errorText(error)}{' '}
          <button type="button" className="link" onClick={() => void refetch()}>
            {app.tryAgain}
          </button>
        </p>
      )}
      {!keys && !error && <p className="loading">{app.loading}</p>}
      {keys?.length === 0 && <p className="hint">{texts.none}</p>}
      {keys && keys.length > 0 && (
        <ul className="plain keys">
          {keys.map((key) => (
            <li key={key.id}>
              <div className="key-facts">
                <p dir="auto">
                  {key.name}
                  {key.user?.disabled && <span className="tag off">{texts.rests}</span>}
                </p>
                <p dir="auto">{key.user ? texts.of(key.user.name, key.user.email) : texts.leaving}</p>
                <KeyFacts apiKey={key} />
              </div>
              <button
                type="button"
                className="button danger"
                aria-label={revokeOf(key.name)}
                onClick={() => setAsked(key)}
              >
                {revoke}
              </button>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {app.more}
        </button>
      )}
      {asked && (
        <RevokeKey
          path={`/api/admin/keys/${asked.id}`}
          apiKey={asked}
          onRevoked={() => void refetch()}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
