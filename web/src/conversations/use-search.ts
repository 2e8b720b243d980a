import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, query } from '../api/client.js';
import { isCode } from '../api/problem.js';
import type { Page, MessageHit, TitleHit } from '../api/types.js';

const WAIT_MS = 180;
const MESSAGES = 30;
const TITLES = 5;

export const wordsOf = (typed: string) => typed.trim().slice(0, 500);

/** A server of the version before looks into messages only, and refuses to be told so. */
async function searchIn<T>(where: 'titles' | 'messages', wanted: object, signal: AbortSignal): Promise<Page<T>> {
  const search = (values: object) => call<Page<T>>('GET', `/api/search${query({ ...values })}`, { signal });
  return search({ ...wanted, in: where }).catch((error: unknown) => {
    if (!isCode(error, 'validation_failed')) throw error;
    return where === 'messages' ? search(wanted) : { items: [], nextCursor: null };
  });
}

function optionsOf<T>(where: 'titles' | 'messages', words: string, limit: number) {
  return {
    queryKey: ['search', where, words],
    enabled: words !== '',
    initialPageParam: null as string | null,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) =>
      searchIn<T>(where, { q: words, limit, cursor: pageParam }, signal),
    getNextPageParam: ({ nextCursor }: Page<T>) => nextCursor,
  };
}

/** What was typed, a moment after it was; the titles and the messages that hold it. */
export function useSearch(typed: string) {
  const [words, setWords] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setWords(wordsOf(typed)), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const titles = useInfiniteQuery(optionsOf<TitleHit>('titles', words, TITLES));
  const messages = useInfiniteQuery(optionsOf<MessageHit>('messages', words, MESSAGES));
  return { words, titles, messages };
}
