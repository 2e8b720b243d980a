import { MoreHorizontal, ShieldCheck, ShieldMinus, UserRoundCheck, UserRoundX } from 'lucide-react';
import { useUser } from '../../auth/use-session.js';
import { useLanguage } from '../../i18n/index.js';
import { IconButton } from '../../ui/icon-button.js';
import { Menu, MenuItem } from '../../ui/menu.js';
import { useAdminTexts } from '../texts/index.js';
import type { AdminUser } from '../types.js';
import { useFormats } from '../use-formats.js';
import { type Change, changesOf } from './changes.js';
import { AnswerCounts, TokenUsage } from './usage.js';

const ICONS: Record<Change, typeof ShieldCheck> = {
  makeAdmin: ShieldCheck,
  makeUser: ShieldMinus,
  disable: UserRoundX,
  enable: UserRoundCheck,
};

interface Props {
  user: AdminUser;
  /** Whether anybody has a token budget. */
  isCounted: boolean;
  onChange(change: Change): void;
}

export function UserRow({ user, isCounted, onChange }: Props) {
  const { users } = useAdminTexts();
  const language = useLanguage();
  const formats = useFormats();
  const isSelf = useUser().id === user.id;
  const changes = changesOf(user);
  return (
    <tr data-off={user.disabled || user.deleting || undefined}>
      <th scope="row">
        <span className="avatar" aria-hidden>
          {[...user.name][0]?.toLocaleUpperCase(language)}
        </span>
        <div>
          <span dir="auto" className="user-name">
            {user.name}
          </span>
          {isSelf && <span className="tag">{users.you}</span>}
          <span className="hint">{user.email}</span>
        </div>
      </th>
      <td data-label={users.role} className="user-role">
        {user.role === 'admin' ? users.admin : users.member}
        {user.deleting ? (
          <span className="tag off">{users.deleting}</span>
        ) : (
          user.disabled && <span className="tag off">{users.disabled}</span>
        )}
      </td>
      {isCounted && (
        <td data-label={users.tokens}>
          <TokenUsage user={user} />
        </td>
      )}
      <td data-label={users.answers}>
        <AnswerCounts user={user} />
      </td>
      <td data-label={users.since}>
        <time dateTime={user.createdAt}>{formats.date(user.createdAt)}</time>
      </td>
      <td className="row-actions">
        {changes.length > 0 && (
          <Menu
            trigger={
              <IconButton label={users.actionsFor(user.name)}>
                <MoreHorizontal size={18} />
              </IconButton>
            }
          >
            {changes.map((change) => {
              const Icon = ICONS[change];
              return (
                <MenuItem
                  key={change}
                  icon={<Icon size={16} />}
                  isDanger={change === 'disable'}
                  onSelect={() => onChange(change)}
                >
                  {users[change]}
                </MenuItem>
              );
            })}
          </Menu>
        )}
      </td>
    </tr>
  );
}
