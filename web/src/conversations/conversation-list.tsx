import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { serverNow } from '../api/clock.js';
import type { Conversation, Page } from '../api/types.js';
import { type Dates, useDates } from '../i18n/dates.js';
import { type Texts } from '../i18n/en.js';
import { useTexts } from '../i18n/index.js';
import { useStore } from '../store.js';
import { hasCoarsePointer } from '../ui/pointer.js';
import { useWorkspace } from '../workspace.js';
import { listOptions } from './conversations.js';
import { type Group, groupOf, isSameGroup } from './groups.js';
import { ListRow } from './list-row.js';
import { type ListKind, withHeld } from './pages.js';
import { useKeptFocus } from './use-kept-focus.js';

type Item = { key: string; heading: string } | { key: string; conversation: Conversation };

/** About; each is measured, since it grows with the reader's letters. */
const ROW = hasCoarsePointer() ? 48 : 38;
const HEADING = 41;
/** So many rows before the end the next page is read. */
const AHEAD = 30;

function headingOf(group: Group, { convos }: Texts, dates: Dates): string {
  return typeof group === 'string' ? convos[group] : dates.month(group.year, group.month);
}

function itemsOf(pinned: Conversation[], others: Conversation[], texts: Texts, dates: Dates): Item[] {
  const items: Item[] = [];
  if (pinned.length > 0) items.push({ key: 'pinned', heading: texts.convos.pinned });
  for (const conversation of pinned) items.push({ key: conversation.id, conversation });
  const now = serverNow();
  let current: Group | undefined;
  for (const conversation of others) {
    const group = groupOf(conversation, now);
    if (!isSameGroup(current, group)) {
      items.push({ key: JSON.stringify(group), heading: headingOf(group, texts, dates) });
    }
    current = group;
    items.push({ key: conversation.id, conversation });
  }
  return items;
}

function shownOf(pages: Page<Conversation>[] = [], kind: ListKind, held: ReadonlyMap<string, Conversation | null>) {
  return withHeld(pages, kind, held).flatMap(({ items }) => items);
}

function useConversations(isArchive: boolean) {
  const held = useStore(useWorkspace().conversations.held);
  const kind = isArchive ? 'archived' : 'recent';
  const main = useInfiniteQuery(listOptions(kind));
  const more = useInfiniteQuery({ ...listOptions('pinned'), enabled: !isArchive });
  const others = useMemo(() => shownOf(main.data?.pages, kind, held), [main.data, kind, held]);
  const pinned = useMemo(
    () => (isArchive ? [] : shownOf(more.data?.pages, 'pinned', held)),
    [isArchive, more.data, held],
  );
  return { main, others, pinned, more };
}

/** The conversations, newest activity first. Pages are read as they come into sight. */
export function ConversationList({ isArchive, onOpen }: { isArchive: boolean; onOpen(): void }) {
  const texts = useTexts();
  const dates = useDates();
  const { main, others, pinned, more } = useConversations(isArchive);
  const items = useMemo(() => itemsOf(pinned, others, texts, dates), [pinned, others, texts, dates]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index].key,
    estimateSize: (index) => ('heading' in items[index] ? HEADING : ROW),
    overscan: 12,
    paddingEnd: 16,
    indexAttribute: 'data-place',
  });
  const note = useRef<HTMLParagraphElement>(null);
  const isRow = (place: number) => items[place] !== undefined && !('heading' in items[place]);

  function focusAt(place: number): void {
    list.scrollToIndex(place);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-place="${place}"] a`)?.focus());
  }

  // What comes next; at the end what is before it; in an empty list that there is nothing.
  const onFocusLost = useKeptFocus(
    items.map(({ key }) => key),
    (gone) => {
      const places = [gone, gone + 1, gone - 1, gone - 2];
      const place = places.find(isRow);
      if (place === undefined) note.current?.focus();
      else focusAt(place);
    },
  );

  const lastSeen = list.getVirtualItems().at(-1)?.index ?? 0;
  const isNearEnd = lastSeen > items.length - AHEAD;
  useEffect(() => {
    if (isNearEnd && main.hasNextPage && !main.isFetchingNextPage) void main.fetchNextPage();
    if (more.hasNextPage && !more.isFetchingNextPage) void more.fetchNextPage();
  }, [isNearEnd, main, more]);

  /** Arrow keys go from conversation to conversation. */
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    const row = (event.target as Element).closest('a')?.closest('[data-place]');
    if (!row) return;
    const step = event.key === 'ArrowUp' ? -1 : 1;
    const next = Number(row.getAttribute('data-place')) + step;
    const place = [next, next + step].find(isRow);
    if (place === undefined) return;
    event.preventDefault();
    focusAt(place);
  }

  if (main.isError) {
    return (
      <div className="list-note">
        <p>{texts.convos.failed}</p>
        <button type="button" className="button" onClick={() => void main.refetch()}>
          {texts.app.tryAgain}
        </button>
      </div>
    );
  }
  if (main.isSuccess && items.length === 0) {
    return (
      <p ref={note} className="list-note" tabIndex={-1}>
        {isArchive ? texts.convos.emptyArchive : texts.convos.empty}
      </p>
    );
  }
  return (
    <div ref={scroller} className="list-scroll" onKeyDown={onKeyDown}>
      <ul
        className="plain list"
        aria-label={texts.convos.list}
        ref={(element) => {
          if (element) element.style.blockSize = `${list.getTotalSize()}px`;
        }}
      >
        {list.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          return (
            <li
              key={key}
              ref={list.measureElement}
              data-place={index}
              className="list-item"
              style={{ transform: `translateY(${start}px)` }}
            >
              {'heading' in item ? (
                <h3 className="list-heading">{item.heading}</h3>
              ) : (
                <ListRow
                  conversation={item.conversation}
                  onOpen={onOpen}
                  onFocusLost={() => onFocusLost(key as string, index)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
