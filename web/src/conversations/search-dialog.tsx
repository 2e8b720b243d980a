import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { call, query } from '../api/client.js';
import type { Page, SearchHit } from '../api/types.js';
import { errorText, useLanguage, useTexts } from '../i18n/index.js';
import { Dialog } from '../ui/dialog.js';
import { isComposing } from '../ui/keys.js';
import './search.css';

const WAIT_MS = 180;

/** The words that were looked for stand out. */
function Snippet({ text, matches }: SearchHit['snippet']) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of matches) {
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <span className="hit-text" dir="auto">
      {parts}
      {text.slice(at)}
    </span>
  );
}

const wordsOf = (typed: string) => typed.trim().slice(0, 500);

function useSearch(typed: string) {
  const [words, setWords] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setWords(wordsOf(typed)), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return {
    words,
    ...useInfiniteQuery({
      queryKey: ['search', words],
      enabled: words !== '',
      initialPageParam: null as string | null,
      staleTime: 10_000,
      placeholderData: keepPreviousData,
      queryFn: ({ pageParam, signal }) =>
        call<Page<SearchHit>>('GET', `/api/search${query({ q: words, limit: 30, cursor: pageParam })}`, { signal }),
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  };
}

/** Looks through all messages, and goes to the one that is chosen. */
export function SearchDialog({ onClose }: { onClose(): void }) {
  const { convos, app, chat } = useTexts();
  const language = useLanguage();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const { words, data, error, isPlaceholderData, ...pages } = useSearch(useDeferredValue(typed));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const results = useRef<HTMLUListElement>(null);
  const hits = words === '' ? [] : (data?.pages ?? []).flatMap(({ items }) => items);

  function open({ message }: SearchHit): void {
    onClose();
    navigate(`/c/${message.conversationId}?m=${message.id}`);
  }

  // Enter may come before what was found: it means the first hit for just these words.
  const [entered, setEntered] = useState<string | null>(null);
  const isFound = words === wordsOf(typed) && !isPlaceholderData;
  const first = entered === typed && isFound ? hits.at(0) : undefined;
  useEffect(() => {
    if (first) open(first);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [first]);

  /** Arrow keys go through the results, and back to the field. */
  function onKeyDown(event: KeyboardEvent): void {
    const isInField = (event.target as Element).id === 'search-field';
    if (event.key === 'Enter' && isInField && !isComposing(event.nativeEvent)) setEntered(typed);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const buttons = [...(results.current?.querySelectorAll('button') ?? [])];
    const to = buttons.indexOf(event.target as HTMLButtonElement) + (event.key === 'ArrowDown' ? 1 : -1);
    event.preventDefault();
    if (to < 0) document.getElementById('search-field')?.focus();
    else buttons[to]?.focus();
  }

  return (
    <Dialog title={convos.search} isBare onClose={onClose}>
      <div className="search" onKeyDown={onKeyDown}>
        <div className="search-field">
          <Search size={18} aria-hidden />
          <input
            id="search-field"
            role="searchbox"
            inputMode="search"
            dir="auto"
            data-autofocus
            autoComplete="off"
            aria-label={convos.searchPlaceholder}
            placeholder={convos.searchPlaceholder}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        {error !== null && (
          <p className="search-note" role="alert">
            {errorText(error)}
          </p>
        )}
        <p className="search-note" role="status">
          {words === '' ? convos.searchHint : data && hits.length === 0 ? convos.searchEmpty : ''}
        </p>
        <ul ref={results} className="plain hits">
          {hits.map((hit) => (
            <li key={hit.message.id}>
              <button type="button" className="hit" onClick={() => open(hit)}>
                <span className="hit-head">
                  <span dir="auto" title={hit.title}>
                    {hit.title}
                  </span>
                  <small>
                    {hit.message.role === 'user' ? chat.you : chat.assistant} ·{' '}
                    {new Date(hit.message.createdAt).toLocaleDateString(language, { dateStyle: 'medium' })}
                  </small>
                </span>
                <Snippet {...hit.snippet} />
              </button>
            </li>
          ))}
          {hasNextPage && hits.length > 0 && (
            <li>
              <button type="button" className="hit" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {app.more}
              </button>
            </li>
          )}
        </ul>
      </div>
    </Dialog>
  );
}
