import { X } from 'lucide-react';
import { type KeyboardEvent, useId, useRef } from 'react';
import { IconButton } from '../../ui/icon-button.js';
import { isComposing } from '../../ui/keys.js';
import { useAdminTexts } from '../texts/index.js';
import { MOST } from './use-words.js';

interface Props {
  typed: string;
  onType(text: string): void;
  /** What came of it, in words; screen readers hear of it. */
  outcome: string;
}

/** Whom to look for, by name or e-mail. */
export function SearchField({ typed, onType, outcome }: Props) {
  const { users } = useAdminTexts();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);

  function clear(): void {
    onType('');
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || typed === '' || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    event.stopPropagation();
    clear();
  }

  return (
    <div className="field users-search" role="search" onKeyDown={onKeyDown}>
      <label htmlFor={id}>{users.search}</label>
      <div className="users-search-row">
        <input
          ref={field}
          id={id}
          className="input"
          role="searchbox"
          inputMode="search"
          dir="auto"
          autoComplete="off"
          maxLength={MOST}
          value={typed}
          onChange={(event) => onType(event.target.value)}
        />
        {typed !== '' && (
          <IconButton label={users.clearSearch} shortcut="Esc" onClick={clear}>
            <X size={18} />
          </IconButton>
        )}
      </div>
      <p role="status" className="hint">
        {outcome}
      </p>
    </div>
  );
}
