import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { MessageHit } from '../api/types.js';
import { useDates } from '../i18n/dates.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Dialog } from '../ui/dialog.js';
import { isComposing } from '../ui/keys.js';
import './search.css';
import { useSearch, wordsOf } from './use-search.js';

/** The words that were looked for stand out. */
function Snippet({ text, matches }: MessageHit['snippet']) {
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

function Day({ at }: { at: string }) {
  return <time dateTime={at}>{useDates().day(at)}</time>;
}

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage(): Promise<unknown>;
}

function More({ pages: { hasNextPage, isFetchingNextPage, fetchNextPage } }: { pages: Pages }) {
  const { app } = useTexts();
  if (!hasNextPage) return null;
  return (
    <li>
      <button type="button" className="hit" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {app.more}
      </button>
    </li>
  );
}

/** Looks through titles and messages, and goes to what is chosen. */
export function SearchDialog({ onClose }: { onClose(): void }) {
  const { app, convos, chat } = useTexts();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const { words, titles, messages } = useSearch(useDeferredValue(typed));
  const results = useRef<HTMLDivElement>(null);
  const titleHits = words === '' ? [] : (titles.data?.pages ?? []).flatMap(({ items }) => items);
  const hits = words === '' ? [] : (messages.data?.pages ?? []).flatMap(({ items }) => items);
  const error = messages.error ?? titles.error;
  const isEmpty = messages.data && titles.data && hits.length + titleHits.length === 0;

  function open(path: string): void {
    onClose();
    navigate(path);
  }
  const pathOf = ({ message }: MessageHit) => `/c/${message.conversationId}?m=${message.id}`;

  // Enter may come before what was found: it means the first hit for just these words.
  const [entered, setEntered] = useState<string | null>(null);
  const isFound = words === wordsOf(typed) && !messages.isPlaceholderData && !titles.isPlaceholderData;
  const isWhole = isFound && !messages.isPending && !titles.isPending;
  const firstPath = titleHits[0] ? `/c/${titleHits[0].conversation.id}` : hits[0] && pathOf(hits[0]);
  const first = entered === typed && isWhole ? firstPath : undefined;
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
          <button type="button" className="icon-button" aria-label={app.close} onClick={onClose}>
            <X size={18} />
          </button>
        </div>
        {error !== null && (
          <p className="search-note" role="alert">
            {errorText(error)}
          </p>
        )}
        <p className="search-note" role="status">
          {words === '' ? convos.searchHint : isEmpty ? convos.searchEmpty : ''}
        </p>
        <div ref={results} className="results">
          {titleHits.length > 0 && (
            <section aria-labelledby="title-hits">
              <h3 id="title-hits">{convos.list}</h3>
              <ul className="plain hits">
                {titleHits.map(({ conversation, title }) => (
                  <li key={conversation.id}>
                    <button type="button" className="hit" onClick={() => open(`/c/${conversation.id}`)}>
                      <span className="hit-head">
                        <Snippet {...title} />
                        <small>
                          <Day at={conversation.updatedAt} />
                        </small>
                      </span>
                    </button>
                  </li>
                ))}
                <More pages={titles} />
              </ul>
            </section>
          )}
          {hits.length > 0 && (
            <section aria-labelledby="message-hits">
              <h3 id="message-hits">{convos.messages}</h3>
              <ul className="plain hits">
                {hits.map((hit) => (
                  <li key={hit.message.id}>
                    <button type="button" className="hit" onClick={() => open(pathOf(hit))}>
                      <span className="hit-head">
                        <span dir="auto" title={hit.title}>
                          {hit.title}
                        </span>
                        <small>
                          {hit.message.role === 'user' ? chat.you : chat.assistant} · <Day at={hit.message.createdAt} />
                        </small>
                      </span>
                      <Snippet {...hit.snippet} />
                    </button>
                  </li>
                ))}
                <More pages={messages} />
              </ul>
            </section>
          )}
        </div>
      </div>
    </Dialog>
  );
}
