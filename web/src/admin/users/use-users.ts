import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { call, query } from '../../api/client.js';
import type { Page } from '../../api/types.js';
import type { AdminUser } from '../types.js';

/** Of all lists of users, whatever was looked for. */
export const USERS = ['admin', 'users'];

/** All accounts, or those whose name or e-mail holds the words; while these are looked for, what was there before. */
export function useUsers(words: string) {
  return useInfiniteQuery({
    queryKey: [...USERS, words],
    initialPageParam: null as string | null,
    // Usage changes all the time.
    staleTime: 0,
    refetchOnWindowFocus: true,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      call<Page<AdminUser>>('GET', `/api/admin/users${query({ q: words || null, cursor: pageParam })}`, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}
