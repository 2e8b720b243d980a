import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { MoreHorizontal } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { serverNow } from '../api/clock.js';
import type { Conversation } from '../api/types.js';
import { type Texts } from '../i18n/en.js';
import { type Language, useLanguage, useTexts } from '../i18n/index.js';
import { useStore } from '../store.js';
import { useWorkspace } from '../workspace.js';
import { ConversationMenu } from './conversation-menu.js';
import { listOptions } from './conversations.js';
import { type Group, groupOf, isSameGroup } from './groups.js';

type Item = { key: string; heading: string } | { key: string; conversation: Conversation };

const ROW = 38;
const HEADING = 40;
/** So many rows before the end the next page is read. */
const AHEAD = 30;

function headingOf(group: Group, { convos }: Texts, language: Language): string {
  if (typeof group === 'string') return convos[group];
  const date = new Date(group.year, group.month, 15);
  return date.toLocaleDateString(language, { month: 'long', year: 'numeric' });
}

function itemsOf(pinned: Conversation[], others: Conversation[], texts: Texts, language: Language): Item[] {
  const items: Item[] = [];
  if (pinned.length > 0) items.push({ key: 'pinned', heading: texts.convos.pinned });
  for (const conversation of pinned) items.push({ key: conversation.id, conversation });
  const now = serverNow();
  let current: Group | undefined;
  for (const conversation of others) {
    const group = groupOf(conversation, now);
    if (!isSameGroup(current, group)) {
      items.push({ key: JSON.stringify(group), heading: headingOf(group, texts, language) });
    }
    current = group;
    items.push({ key: conversation.id, conversation });
  }
  return items;
}

function useConversations(isArchive: boolean) {
  const hidden = useStore(useWorkspace().conversations.hidden);
  const main = useInfiniteQuery(listOptions(isArchive ? 'archived' : 'recent'));
  const pinned = useInfiniteQuery({ ...listOptions('pinned'), enabled: !isArchive });
  const visible = (data: typeof main.data) =>
    (data?.pages ?? []).flatMap(({ items }) => items).filter(({ id }) => !hidden.has(id));
  return { main, others: visible(main.data), pinned: isArchive ? [] : visible(pinned.data), more: pinned };
}

/** The conversations, newest activity first. Pages are read as they come into sight. */
export function ConversationList({ isArchive, onOpen }: { isArchive: boolean; onOpen(): void }) {
  const texts = useTexts();
  const language = useLanguage();
  const { main, others, pinned, more } = useConversations(isArchive);
  const items = useMemo(() => itemsOf(pinned, others, texts, language), [pinned, others, texts, language]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index].key,
    estimateSize: (index) => ('heading' in items[index] ? HEADING : ROW),
    overscan: 12,
    paddingEnd: 16,
  });

  const lastSeen = list.getVirtualItems().at(-1)?.index ?? 0;
  const isNearEnd = lastSeen > items.length - AHEAD;
  useEffect(() => {
    if (isNearEnd && main.hasNextPage && !main.isFetchingNextPage) void main.fetchNextPage();
    if (more.hasNextPage && !more.isFetchingNextPage) void more.fetchNextPage();
  }, [isNearEnd, main, more]);

  /** Arrow keys go from conversation to conversation. */
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    const row = (event.target as Element).closest('a[data-at]');
    if (!row) return;
    const step = event.key === 'ArrowUp' ? -1 : 1;
    let to = Number(row.getAttribute('data-at')) + step;
    if (items[to] && 'heading' in items[to]) to += step;
    if (!items[to]) return;
    event.preventDefault();
    list.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`a[data-at="${to}"]`)?.focus());
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
    return <p className="list-note">{isArchive ? texts.convos.emptyArchive : texts.convos.empty}</p>;
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
            <li key={key} className="list-item" style={{ transform: `translateY(${start}px)` }}>
              {'heading' in item ? (
                <h3 className="list-heading">{item.heading}</h3>
              ) : (
                <ListRow conversation={item.conversation} at={index} onOpen={onOpen} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function ListRow({ conversation, at, onOpen }: { conversation: Conversation; at: number; onOpen(): void }) {
  const { convos } = useTexts();
  const [location] = useLocation();
  const isRunning = [...useStore(useWorkspace().running).values()].includes(conversation.id);
  const isCurrent = location === `/c/${conversation.id}`;
  return (
    <div className="list-row" data-current={isCurrent || undefined}>
      <Link href={`/c/${conversation.id}`} aria-current={isCurrent ? 'page' : undefined} data-at={at} onClick={onOpen}>
        <span dir="auto" title={conversation.title}>
          {conversation.title}
        </span>
        {isRunning && <i className="running" role="img" aria-label={convos.running} title={convos.running} />}
      </Link>
      <ConversationMenu
        conversation={conversation}
        trigger={
          <button type="button" className="icon-button small" aria-label={convos.menuOf(conversation.title)}>
            <MoreHorizontal size={17} />
          </button>
        }
      />
    </div>
  );
}
