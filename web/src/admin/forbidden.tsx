import { ShieldAlert } from 'lucide-react';
import { Link } from 'wouter';
import { useTexts } from '../i18n/index.js';
import { useAdminTexts } from './texts/index.js';

/** For whoever is no admin, or is none any more. */
export function Forbidden() {
  const texts = useAdminTexts();
  const { app } = useTexts();
  return (
    <div className="admin-note">
      <ShieldAlert size={28} aria-hidden />
      <h2>{texts.forbidden}</h2>
      <p className="hint">{texts.forbiddenHint}</p>
      <Link href="/" className="button">
        {app.toChat}
      </Link>
    </div>
  );
}
