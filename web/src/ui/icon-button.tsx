import * as Tooltip from '@radix-ui/react-tooltip';
import type { ComponentProps, ReactNode } from 'react';

interface Props extends ComponentProps<'button'> {
  label: string;
  shortcut?: string;
  side?: Tooltip.TooltipContentProps['side'];
  children: ReactNode;
}

/** A button that shows a picture only: its name is its tooltip. */
export function IconButton({ label, shortcut, side, className = '', children, ...button }: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button type="button" {...button} className={`icon-button ${className}`} aria-label={label}>
          {children}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
          {label}
          {shortcut && <kbd>{shortcut}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
