import type { ReactNode } from 'react';
import icon from '../icon.svg';
import { useTexts } from '../i18n/index.js';
import './auth.css';

/** The frame of the pages before one is logged in. */
export function AuthPage({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const texts = useTexts();
  return (
    <main className="centred">
      <div className="auth-card">
        <p className="auth-brand">
          <img src={icon} width="36" height="36" alt="" />
          {texts.app.name}
        </p>
        <h1>{title}</h1>
        {lead && <p className="hint">{lead}</p>}
        {children}
      </div>
    </main>
  );
}
