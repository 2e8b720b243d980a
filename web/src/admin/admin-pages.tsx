import type { ReactNode } from 'react';
import { useTexts } from '../i18n/index.js';

/** Where admins look after users and the server's state. Loaded when one of its pages is opened. */
export default function AdminPages({ menuButton }: { menuButton: ReactNode }) {
  return (
    <header className="head">
      {menuButton}
      <h1>{useTexts().account.admin}</h1>
    </header>
  );
}
