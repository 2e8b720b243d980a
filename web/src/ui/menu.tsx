import * as Dropdown from '@radix-ui/react-dropdown-menu';
import type { ComponentProps, ReactNode } from 'react';

interface MenuProps {
  trigger: ReactNode;
  side?: Dropdown.DropdownMenuContentProps['side'];
  align?: Dropdown.DropdownMenuContentProps['align'];
  children: ReactNode;
}

/** A menu of actions. Not modal: a modal one writes a style element, which the page's policy forbids. */
export function Menu({ trigger, side, align = 'end', children }: MenuProps) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" side={side} align={align} sideOffset={6} collisionPadding={8}>
          {children}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

interface ItemProps extends ComponentProps<typeof Dropdown.Item> {
  icon: ReactNode;
  isDanger?: boolean;
}

export function MenuItem({ icon, isDanger, children, ...item }: ItemProps) {
  return (
    <Dropdown.Item {...item} className={isDanger ? 'menu-item danger' : 'menu-item'}>
      {icon}
      <span>{children}</span>
    </Dropdown.Item>
  );
}

export const MenuLine = () => <Dropdown.Separator className="menu-line" />;
