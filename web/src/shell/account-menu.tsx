import { Archive, Keyboard, LogOut, Settings, ShieldCheck } from 'lucide-react';
import { useLocation } from 'wouter';
import { logOut } from '../auth/account.js';
import { useUser } from '../auth/use-session.js';
import { errorText, useLanguage, useTexts } from '../i18n/index.js';
import { Menu, MenuItem, MenuLine } from '../ui/menu.js';
import { toast } from '../ui/toasts.js';

interface Props {
  onArchive(): void;
  onKeys(): void;
  /** Goes to a page: a drawer then gets out of the way. */
  onLeave(): void;
}

export function AccountMenu({ onArchive, onKeys, onLeave }: Props) {
  const { account, convos, keys } = useTexts();
  const language = useLanguage();
  const user = useUser();
  const [, navigate] = useLocation();
  const go = (path: string) => {
    onLeave();
    navigate(path);
  };
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button type="button" className="side-link">
          <span className="visually-hidden">{account.menu}: </span>
          <span className="avatar" aria-hidden>
            {[...user.name][0]?.toLocaleUpperCase(language)}
          </span>
          <span dir="auto">{user.name}</span>
        </button>
      }
    >
      <MenuItem icon={<Settings size={16} />} onSelect={() => go('/settings')}>
        {account.settings}
      </MenuItem>
      <MenuItem icon={<Archive size={16} />} onSelect={onArchive}>
        {convos.archived}
      </MenuItem>
      <MenuItem icon={<Keyboard size={16} />} onSelect={onKeys}>
        {keys.open}
      </MenuItem>
      {user.role === 'admin' && (
        <MenuItem icon={<ShieldCheck size={16} />} onSelect={() => go('/admin')}>
          {account.admin}
        </MenuItem>
      )}
      <MenuLine />
      <MenuItem
        icon={<LogOut size={16} />}
        onSelect={() => void logOut().catch((error: unknown) => toast(errorText(error)))}
      >
        {account.logOut}
      </MenuItem>
    </Menu>
  );
}
