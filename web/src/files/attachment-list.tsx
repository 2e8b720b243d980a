import { RotateCw, X } from 'lucide-react';
import { useRef } from 'react';
import { reasonText, useTexts } from '../i18n/index.js';
import { useStore } from '../store.js';
import type { Attachment, Attachments } from './attachments.js';
import { isPicture, useLocalUrl } from './content.js';
import './files.css';
import { FileSign, Picture } from './picture.js';
import { useBytes } from './sizes.js';

interface Props {
  attachments: Attachments;
  /** Where the focus goes when the last one has been taken away. */
  onEmptied(): void;
}

/** The files that go with the next question, and how each fares. */
export function AttachmentList({ attachments, onEmptied }: Props) {
  const { files } = useTexts();
  const all = useStore(attachments.store);
  const list = useRef<HTMLUListElement>(null);
  const arrived = all.findLast(({ state }) => state === 'ready');
  if (all.length === 0) return null;

  /** Whoever takes one away by key is at the next one then. */
  function remove(key: string): void {
    const buttons = [...list.current!.querySelectorAll<HTMLElement>('[data-remove]')];
    const at = all.findIndex((one) => one.key === key);
    const next = buttons[at + 1] ?? buttons[at - 1];
    attachments.remove(key);
    if (next) next.focus();
    else onEmptied();
  }

  return (
    <>
      <ul ref={list} className="plain attachments" aria-label={files.attached}>
        {all.map((one) => (
          <Item key={one.key} one={one} onRemove={() => remove(one.key)} onRetry={() => attachments.retry(one.key)} />
        ))}
      </ul>
      <p className="visually-hidden" role="status">
        {arrived && files.isAttached(arrived.name)}
      </p>
    </>
  );
}

interface ItemProps {
  one: Attachment;
  onRemove(): void;
  onRetry(): void;
}

function Item({ one, onRemove, onRetry }: ItemProps) {
  const { files } = useTexts();
  const { name, state, isRetryable } = one;
  const isOnItsWay = state === 'waiting' || state === 'sending';
  const remove = isOnItsWay ? files.cancel(name) : files.remove(name);
  return (
    <li className={state === 'failed' ? 'attachment is-bad' : 'attachment'}>
      <span className="attachment-sign">
        <Sign one={one} />
      </span>
      <span className="file-name" dir="auto" title={name}>
        {name}
      </span>
      <State one={one} />
      <span className="attachment-buttons">
        {state === 'failed' && isRetryable && (
          <button
            type="button"
            className="icon-button small"
            aria-label={files.retry(name)}
            title={files.retry(name)}
            onClick={onRetry}
          >
            <RotateCw size={15} />
          </button>
        )}
        <button
          type="button"
          className="icon-button small"
          data-remove
          aria-label={remove}
          title={remove}
          onClick={onRemove}
        >
          <X size={15} />
        </button>
      </span>
    </li>
  );
}

function Sign({ one }: { one: Attachment }) {
  const isShown = one.blob !== null && isPicture(one.blob.type) && one.state !== 'failed';
  const local = useLocalUrl(isShown ? one.blob : null);
  if (local !== null) return <img src={local} alt="" />;
  if (!isShown && one.part && isPicture(one.mediaType)) return <Picture part={one.part} form="thumb" alt="" />;
  return <FileSign mediaType={one.mediaType} />;
}

function State({ one }: { one: Attachment }) {
  const { files } = useTexts();
  const bytes = useBytes();
  const { name, size, sent, state, error } = one;
  if (state === 'failed') {
    return (
      <span className="attachment-state" role="alert">
        {reasonText(error)}
      </span>
    );
  }
  if (state === 'reading') return <span className="attachment-state">{files.reading}</span>;
  if (state === 'ready') return <span className="attachment-state">{bytes(size)}</span>;
  return (
    <progress className="attachment-state" aria-label={files.sending(name)} max={Math.max(1, size)} value={sent} />
  );
}
