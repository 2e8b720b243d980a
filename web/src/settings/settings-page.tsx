import { type ReactNode, Suspense } from 'react';
import { useTexts } from '../i18n/index.js';
import { Appearance } from './appearance.js';
import { DeleteAccount } from './delete-account.js';
import { Keys } from './keys/keys.js';
import { Password } from './password.js';
import { Profile } from './profile.js';
import { Sessions } from './sessions.js';
import './settings.css';

/** One's own account, and how the page looks. */
export default function SettingsPage({ menuButton }: { menuButton: ReactNode }) {
  const { account } = useTexts();
  return (
    <>
      <header className="head">
        {menuButton}
        <h1>{account.settings}</h1>
      </header>
      <div className="settings">
        <Profile />
        <Appearance />
        <Password />
        <Sessions />
        <Suspense fallback={null}>
          <Keys />
        </Suspense>
        <DeleteAccount />
      </div>
    </>
  );
}
