import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { useTexts } from '../i18n/index.js';
import './dialog.css';
import { focusHolder } from './focus-holder.js';

interface Props {
  title: string;
  /** The title is for screen readers only. */
  isBare?: boolean;
  /** It takes as much of the window as what is in it needs. */
  isLarge?: boolean;
  /** Something was typed into it: a click beside it does not throw that away. */
  isChanged?: boolean;
  onClose(): void;
  children: ReactNode;
}

/** A modal dialog: the browser's own, with its focus, its Escape key and its place above everything. */
export function Dialog({ title, isBare, isLarge, isChanged, onClose, children }: Props) {
  const id = useId();
  const texts = useTexts();
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current!;
    // Closed, it gives the focus back to what had it.
    focusHolder()?.focus();
    dialog.showModal();
    // Where nothing asks for the focus it begins at the title, not at the button that closes.
    (dialog.querySelector<HTMLElement>('[data-autofocus]') ?? dialog.querySelector('h2'))?.focus();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={isBare ? 'dialog bare' : isLarge ? 'dialog large' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current && !isChanged) onClose();
      }}
    >
      <div className="dialog-body">
        <div className={isBare ? 'visually-hidden' : 'dialog-head'}>
          <h2 id={id} tabIndex={-1}>
            {title}
          </h2>
          {!isBare && (
            <button type="button" className="icon-button" aria-label={texts.app.close} onClick={onClose}>
              <X size={18} />
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}
