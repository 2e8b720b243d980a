import { Eye, EyeOff } from 'lucide-react';
import { type InputHTMLAttributes, useId, useState } from 'react';
import { useTexts } from '../i18n/index.js';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  error?: string;
}

/** A labelled input; its hint and its error are told with it. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  const texts = useTexts();
  const [isShown, setShown] = useState(false);
  const isPassword = input.type === 'password';
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-row">
        <input
          {...input}
          id={id}
          className="input"
          type={isPassword && isShown ? 'text' : input.type}
          aria-invalid={error !== undefined}
          aria-describedby={hint || error ? `${id}-note` : undefined}
        />
        {isPassword && (
          <button
            type="button"
            className="icon-button small"
            aria-label={isShown ? texts.auth.hidePassword : texts.auth.showPassword}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? <EyeOff size={17} /> : <Eye size={17} />}
          </button>
        )}
      </div>
      {(error || hint) && (
        <p id={`${id}-note`} className={error ? 'error-text' : 'hint'}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
