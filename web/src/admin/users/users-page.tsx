import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isCode } from '../../api/problem.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Forbidden } from '../forbidden.js';
import { useAdminTexts } from '../texts/index.js';
import type { AdminUser } from '../types.js';
import { type Change, type UserPages, withUser } from './changes.js';
import { ConfirmChange } from './confirm-change.js';
import { SearchField } from './search-field.js';
import { useUsers, USERS } from './use-users.js';
import { useWords } from './use-words.js';
import { UserRow } from './user-row.js';
import './users.css';

/** All accounts, or those that are looked for: who they are, what they use, and what they may. */
export default function UsersPage() {
  const { app } = useTexts();
  const texts = useAdminTexts();
  const cache = useQueryClient();
  const [asked, setAsked] = useState<{ user: AdminUser; change: Change } | null>(null);
  const { typed, setTyped, words } = useWords();
  const { data, error, refetch, isPlaceholderData, hasNextPage, fetchNextPage, isFetchingNextPage } = useUsers(words);

  if (isCode(error, 'forbidden')) return <Forbidden />;
  const users = data?.pages.flatMap(({ items }) => items);
  const isCounted = users?.some(({ usage }) => usage.tokenBudget !== null) ?? false;
  const count = users?.length ?? 0;
  const isFound = words !== '' && users !== undefined && !isPlaceholderData;
  const found = hasNextPage ? texts.users.foundMore(count) : texts.users.found(count);
  return (
    <section className="users" aria-labelledby="users-title">
      <div className="page-lead">
        <h2 id="users-title">{texts.users.title}</h2>
        <p className="hint">
          {texts.users.lead} {count > 0 && !isCounted && texts.users.uncounted}
        </p>
      </div>
      <SearchField
        typed={typed}
        onType={setTyped}
        outcome={isFound ? (count > 0 ? found : texts.users.nobody(words)) : ''}
      />
      {error !== null && (
        <p className="alert" role="alert">
          {texts.users.failed} {errorText(error)}{' '}
          <button type="button" className="link" onClick={() => void refetch()}>
            {app.tryAgain}
          </button>
        </p>
      )}
      {!users && !error && <p className="loading">{app.loading}</p>}
      {users && count > 0 && (
        <table className="table users-table" aria-busy={isPlaceholderData}>
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
        <button
          type="button"
          className="button"
          disabled={isFetchingNextPage || isPlaceholderData}
          onClick={() => void fetchNextPage()}
        >
          {app.more}
        </button>
      )}
      {asked && (
        <ConfirmChange
          {...asked}
          onChanged={(user) =>
            cache.setQueriesData<UserPages>({ queryKey: USERS }, (pages) => pages && withUser(pages, user))
          }
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
