import { Eye, EyeOff } from 'lucide-react';
import { type InputHTMLAttributes, useId, useState } from 'react';
import type { FieldError } from '../api/problem.js';
import { fieldText, useTexts } from '../i18n/index.js';

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string;
  error?: string;
}

/** What the browser finds before anything is sent. Its own words are in its own language, which may be another. */
function problemOf({ name, validity, minLength }: HTMLInputElement): FieldError {
  if (validity.valueMissing) return { path: name, code: 'required' };
  return { path: name, code: validity.tooShort ? 'too_short' : 'invalid', params: { minimum: minLength } };
}

/** A labelled input; its hint and its error are told with it. */
export function Field({ label, hint, error, ...input }: FieldProps) {
  const id = useId();
  const texts = useTexts();
  const [isShown, setShown] = useState(false);
  const [problem, setProblem] = useState<FieldError>();
  const wrong = problem ? fieldText(problem) : error;
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
          aria-invalid={wrong !== undefined}
          aria-describedby={hint || wrong ? `${id}-note` : undefined}
          onInput={() => setProblem(undefined)}
          onInvalid={(event) => {
            event.preventDefault();
            const field = event.currentTarget;
            setProblem(problemOf(field));
            if (field.form?.querySelector('input:invalid') === field) field.focus();
          }}
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
      {(wrong || hint) && (
        <p id={`${id}-note`} className={wrong ? 'error-text' : 'hint'}>
          {wrong ?? hint}
        </p>
      )}
    </div>
  );
}
