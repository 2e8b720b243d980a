import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { errorText, useTexts } from '../i18n/index.js';
import { PlainText } from '../markdown/plain-text.js';
import { IconButton } from '../ui/icon-button.js';
import type { PendingAsk } from './asks.js';
import type { MessagesState } from './conversation-messages.js';
import { GoOnQuestion } from './go-on-question.js';
import { MessageRow, type RowActions } from './message-row.js';
import { PendingLine } from './pending-line.js';
import { QuestionText } from './question-text.js';
import type { Row } from './rows.js';
import { filesOf } from './shown-parts.js';
import { useIsPrinting } from './use-printing.js';

type OlderMessages = Pick<MessagesState, 'loaded' | 'hasOlder' | 'olderError'>;

interface Props {
  rows: Row[];
  editing: string | null;
  canAsk: boolean;
  actions: RowActions;
  onTakeBack(ask: PendingAsk): void;
  older: OlderMessages;
  onOlder(): void;
  /** A message to be shown and pointed at. */
  target: string | null;
  onReached(): void;
}

const CHARACTERS_PER_LINE = 78;
const LINE = 26;
const FILES = 140;
/** So many rows before the first the older ones are read. */
const AHEAD = 20;

function estimate(row: Row): number {
  const text = 'message' in row ? row.message.text : (row.ask.question.text ?? '');
  const hasFiles = ('message' in row ? filesOf(row.message) : (row.ask.question.files ?? [])).length > 0;
  return 74 + (hasFiles ? FILES : 0) + LINE * Math.min(400, Math.ceil(text.length / CHARACTERS_PER_LINE));
}

/** What goes on with the answer above stands right under it. */
function classesOf(row: Row): string {
  const isAnswer = 'message' in row ? row.message.role === 'assistant' : row.part === 'answer';
  const goesOn = row.isGoOn || ('message' in row && row.before !== '');
  return `row ${isAnswer ? 'is-answer' : 'is-question'}${goesOn ? ' goes-on' : ''}`;
}

/** A branch of a conversation. Only what is in sight is in the page, so thousands of messages scroll like ten. */
export function Thread(props: Props) {
  const { rows, editing, canAsk, actions, onTakeBack, older, onOlder, target, onReached } = props;
  const { chat, app } = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [pointed, setPointed] = useState<string | null>(null);
  const [isHeld, setHeld] = useState(false);
  const editedAt = editing === null ? -1 : rows.findIndex((row) => 'message' in row && row.message.id === editing);
  const isPrinting = useIsPrinting();
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index].key,
    estimateSize: (index) => estimate(rows[index]),
    overscan: 2,
    // What is typed into stays in the page, with its cursor.
    rangeExtractor: (range) => {
      if (isPrinting) return [...rows.keys()];
      const inSight = defaultRangeExtractor(range);
      return editedAt < 0 || inSight.includes(editedAt) ? inSight : [...inSight, editedAt].sort((a, b) => a - b);
    },
    gap: 20,
    paddingStart: 24,
    paddingEnd: 32,
    anchorTo: 'end',
    scrollEndThreshold: 60,
    onChange: (instance) => setAtEnd(instance.getDistanceFromEnd() < 160),
  });

  // A branch is read from its end; so is one that was just asked in.
  const last = rows.at(-1);
  const isPending = last !== undefined && 'ask' in last;
  const conversationId = last && ('ask' in last ? last.ask.question : last.message).conversationId;
  useLayoutEffect(() => {
    setHeld(false);
    list.scrollToEnd();
    // Only when another conversation comes into sight, or a question is sent.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [conversationId, isPending]);

  const isNearBeginning = (list.getVirtualItems()[0]?.index ?? 0) < AHEAD;
  const wantsOlder = isNearBeginning && older.hasOlder && older.olderError === null;
  useEffect(() => {
    if (!wantsOlder) return;
    // In the next frame: one that was scrolled to its end just now is not near its beginning any more.
    const frame = requestAnimationFrame(onOlder);
    return () => cancelAnimationFrame(frame);
    // What came may belong to other branches: then more is wanted.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wantsOlder, older.loaded]);

  const targetAt = target === null ? -1 : rows.findIndex((row) => 'message' in row && row.message.id === target);
  useEffect(() => {
    if (targetAt < 0) return;
    setPointed(rows[targetAt].key);
    setHeld(true);
    onReached();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [targetAt]);

  // It keeps its place while it, and what comes above it, are being drawn: until somebody scrolls.
  const heldAt = isHeld ? rows.findIndex(({ key }) => key === pointed) : -1;
  const held = heldAt < 0 ? undefined : list.measurementsCache[heldAt];
  useEffect(() => {
    if (heldAt < 0) return;
    // Of a row that is higher than the window, the beginning is shown.
    const isTall = (held?.size ?? 0) > (scroller.current?.clientHeight ?? 0);
    list.scrollToIndex(heldAt, { align: isTall ? 'start' : 'center' });
  }, [list, heldAt, held?.start, held?.size]);
  const letGo = () => setHeld(false);

  const count = rows.length;
  useEffect(() => {
    /** Alt + arrows go from message to message, also to those that are not in the page yet. */
    function onKeyDown(event: KeyboardEvent): void {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
      if (document.querySelector('dialog[open]')) return;
      const row = (event.target as Element).closest('[data-index]');
      const from = row ? Number(row.getAttribute('data-index')) : count;
      const to = Math.max(0, Math.min(count - 1, from + (event.key === 'ArrowUp' ? -1 : 1)));
      event.preventDefault();
      setHeld(false);
      list.scrollToIndex(to, { align: 'auto' });
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus());
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [count, list]);

  return (
    <div className="thread">
      <div
        ref={scroller}
        className="thread-scroll"
        tabIndex={-1}
        data-thread
        onWheel={letGo}
        onTouchMove={letGo}
        onPointerDown={letGo}
        onKeyDown={letGo}
      >
        <ol
          className="thread-list"
          aria-label={chat.thread}
          ref={(element) => {
            if (element) element.style.blockSize = `${list.getTotalSize()}px`;
          }}
        >
          {list.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return (
              <li
                key={key}
                ref={list.measureElement}
                data-index={index}
                tabIndex={-1}
                className={`${classesOf(row)}${row.key === pointed ? ' is-pointed' : ''}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                <div className="column">
                  {'message' in row ? (
                    <MessageRow
                      message={row.message}
                      versions={row.versions}
                      isEditing={editing === row.message.id}
                      canAsk={canAsk}
                      isLast={index === rows.length - 1}
                      isGoOn={row.isGoOn}
                      isGoneOn={row.isGoneOn}
                      before={row.before}
                      actions={actions}
                    />
                  ) : row.part === 'question' && row.isGoOn ? (
                    <GoOnQuestion hasVersions={false}>
                      <PlainText text={row.ask.question.text ?? ''} />
                    </GoOnQuestion>
                  ) : row.part === 'question' ? (
                    <QuestionText text={row.ask.question.text ?? ''} files={row.ask.question.files} />
                  ) : (
                    <PendingLine ask={row.ask} onTakeBack={onTakeBack} />
                  )}
                </div>
              </li>
            );
          })}
        </ol>
      </div>
      {older.hasOlder && isNearBeginning && (
        <div className="older" role="status">
          {older.olderError === null ? (
            chat.loadingOlder
          ) : (
            <>
              {errorText(older.olderError)}
              <button type="button" className="button" onClick={onOlder}>
                {app.tryAgain}
              </button>
            </>
          )}
        </div>
      )}
      {!isAtEnd && (
        <IconButton
          className="to-end"
          label={chat.toEnd}
          onClick={() => {
            letGo();
            list.scrollToEnd({ behavior: 'smooth' });
          }}
        >
          <ArrowDown size={18} />
        </IconButton>
      )}
    </div>
  );
}
