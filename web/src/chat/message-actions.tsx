import { Check, ChevronLeft, ChevronRight, Copy, Pencil, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { copyText } from '../markdown/copy.js';
import { IconButton } from '../ui/icon-button.js';
import { toast } from '../ui/toasts.js';

interface Props {
  message: Message;
  versions: readonly string[];
  canAsk: boolean;
  onChoose(id: string): void;
  onEdit(): void;
  onRegenerate(): void;
}

export function MessageActions({ message, versions, canAsk, onChoose, onEdit, onRegenerate }: Props) {
  const { chat } = useTexts();
  const [isCopied, setCopied] = useState(false);
  const at = versions.indexOf(message.id);

  async function copy(): Promise<void> {
    if (!(await copyText(message.text))) return void toast(chat.copyFailed);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }

  return (
    <div className="actions">
      {versions.length > 1 && (
        <div className="versions" role="group" aria-label={chat.branchOf(at + 1, versions.length)}>
          <IconButton
            className="small"
            label={chat.previousBranch}
            disabled={at <= 0}
            onClick={() => onChoose(versions[at - 1])}
          >
            <ChevronLeft size={17} />
          </IconButton>
          <span>
            {at + 1}/{versions.length}
          </span>
          <IconButton
            className="small"
            label={chat.nextBranch}
            disabled={at === versions.length - 1}
            onClick={() => onChoose(versions[at + 1])}
          >
            <ChevronRight size={17} />
          </IconButton>
        </div>
      )}
      {message.status !== 'generating' && (
        <>
          <IconButton className="small" label={isCopied ? chat.copied : chat.copy} onClick={() => void copy()}>
            {isCopied ? <Check size={15} /> : <Copy size={15} />}
          </IconButton>
          {message.role === 'user' ? (
            <IconButton className="small" label={chat.edit} onClick={onEdit}>
              <Pencil size={15} />
            </IconButton>
          ) : (
            <IconButton className="small" label={chat.regenerate} disabled={!canAsk} onClick={onRegenerate}>
              <RotateCw size={15} />
            </IconButton>
          )}
        </>
      )}
      {message.role === 'assistant' && message.usage && (
        <span
          className="usage"
          title={chat.tokens(message.usage.inputTokens, message.usage.outputTokens, message.usage.estimated ?? false)}
        >
          {message.model}
        </span>
      )}
    </div>
  );
}
