import { Check, ChevronLeft, ChevronRight, Copy, Pencil, RotateCw } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { copyText } from '../markdown/copy.js';
import { withoutThoughts } from '../markdown/thoughts.js';
import { toast } from '../ui/toasts.js';
import { focusInRow } from './focus-in-row.js';

/** Every message has some of these, so they are as light as can be: the browser's own tooltip does. */
function Action({ label, ...button }: ComponentProps<'button'> & { label: string }) {
  return <button type="button" {...button} className="icon-button small" aria-label={label} title={label} />;
}

interface Props {
  message: Message;
  /** What it goes on with: it is copied as one with that. */
  before?: string;
  versions: readonly string[];
  canAsk: boolean;
  onChoose(id: string): void;
  onEdit(): void;
  onRegenerate(): void;
}

export function MessageActions({ message, before = '', versions, canAsk, onChoose, onEdit, onRegenerate }: Props) {
  const { chat } = useTexts();
  const [isCopied, setCopied] = useState(false);
  const at = versions.indexOf(message.id);

  function choose(version: number, arrow: Element): void {
    const id = versions.at(version);
    if (version < 0 || id === undefined) return;
    onChoose(id);
    focusInRow(arrow, arrow.ariaLabel ?? '');
  }

  async function copy(): Promise<void> {
    if (!(await copyText(withoutThoughts(before + message.text).answer))) return void toast(chat.copyFailed);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }

  return (
    <div className="actions">
      {versions.length > 1 && (
        <div className="versions" role="group" aria-label={chat.branchOf(at + 1, versions.length)}>
          <Action
            label={chat.previousBranch}
            aria-disabled={at <= 0}
            onClick={({ currentTarget }) => choose(at - 1, currentTarget)}
          >
            <ChevronLeft size={17} />
          </Action>
          <span>
            {at + 1}/{versions.length}
          </span>
          <Action
            label={chat.nextBranch}
            aria-disabled={at === versions.length - 1}
            onClick={({ currentTarget }) => choose(at + 1, currentTarget)}
          >
            <ChevronRight size={17} />
          </Action>
        </div>
      )}
      {message.status !== 'generating' && (
        <>
          {message.text !== '' && (
            <Action label={isCopied ? chat.copied : chat.copy} onClick={() => void copy()}>
              {isCopied ? <Check size={15} /> : <Copy size={15} />}
            </Action>
          )}
          {message.role === 'user' ? (
            <Action label={chat.edit} onClick={onEdit}>
              <Pencil size={15} />
            </Action>
          ) : (
            <Action label={chat.regenerate} disabled={!canAsk} onClick={onRegenerate}>
              <RotateCw size={15} />
            </Action>
          )}
        </>
      )}
      {message.role === 'assistant' && message.usage && (
        <span className="usage" title={chat.tokens(message.usage)}>
          {message.model}
        </span>
      )}
    </div>
  );
}
