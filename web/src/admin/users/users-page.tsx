import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../api/client.js';
import { isCode } from '../../api/problem.js';
import type { Page } from '../../api/types.js';
import { useTexts } from '../../i18n/index.js';
import { Forbidden } from '../forbidden.js';
import { adminErrorText, useAdminTexts } from '../texts/index.js';
import type { AdminUser } from '../types.js';
import { type Change, type UserPages, withUser } from './changes.js';
import { ConfirmChange } from './confirm-change.js';
import { UserRow } from './user-row.js';
import './users.css';

const KEY = ['admin', 'users'];

/** All accounts: who they are, what they use, and what they may. */
export default function UsersPage() {
  const { app } = useTexts();
  const texts = useAdminTexts();
  const cache = useQueryClient();
  const [asked, setAsked] = useState<{ user: AdminUser; change: Change } | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: KEY,
    initialPageParam: null as string | null,
    // Usage changes all the time.
    staleTime: 0,
    refetchOnWindowFocus: true,
    queryFn: ({ pageParam, signal }) =>
      call<Page<AdminUser>>('GET', `/api/admin/users${query({ cursor: pageParam })}`, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

  if (isCode(error, 'forbidden')) return <Forbidden />;
  const users = data?.pages.flatMap(({ items }) => items);
  const isCounted = users?.some(({ usage }) => usage.tokenBudget !== null) ?? false;
  return (
    <section className="users" aria-labelledby="users-title">
      <div className="page-lead">
        <h2 id="users-title">{texts.users.title}</h2>
        <p className="hint">
          {texts.users.lead} {users && !isCounted && texts.users.uncounted}
        </p>
      </div>
      {error !== null && (
        <p className="alert" role="alert">
          {texts.users.failed} {adminErrorText(error, texts)}{' '}
          <button type="button" className="link" onClick={() => void refetch()}>
            {app.tryAgain}
          </button>
        </p>
      )}
      {!users && !error && <p className="loading">{app.loading}</p>}
      {users && (
        <table className="table users-table">
          <thead>
            <tr>
              <th scope="col">{texts.users.user}</th>
              <th scope="col">{texts.users.role}</th>
              {isCounted && <th scope="col">{texts.users.tokens}</th>}
              <th scope="col">{texts.users.answers}</th>
              <th scope="col">{texts.users.since}</th>
              <th scope="col">
                <span className="visually-hidden">{texts.users.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                isCounted={isCounted}
                onChange={(change) => setAsked({ user, change })}
              />
            ))}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <button type="button" className="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {app.more}
        </button>
      )}
      {asked && (
        <ConfirmChange
          {...asked}
          onChanged={(user) => cache.setQueryData<UserPages>(KEY, (pages) => pages && withUser(pages, user))}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
