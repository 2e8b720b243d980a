import { chooseLanguage, errorText, type Language, languages, useLanguage, useTexts } from '../i18n/index.js';
import { type SendKey, sendKey, type Theme, theme, type ThoughtsFold, thoughtsFold } from '../preferences.js';
import { useStore } from '../store.js';
import { toast } from '../ui/toasts.js';
import { Section } from './section.js';

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; name: string }[];
  onChange(value: T): void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <label className="setting">
      <span>{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Appearance() {
  const { account, thought } = useTexts();
  const language = useLanguage();
  return (
    <Section title={account.appearance}>
      <Choice<Theme>
        label={account.theme}
        value={useStore(theme.store)}
        options={theme.values.map((value) => ({ value, name: account.themes[value] }))}
        onChange={(value) => theme.store.set(value)}
      />
      <Choice<Language>
        label={account.language}
        value={language}
        options={languages.map(({ code, name }) => ({ value: code, name }))}
        onChange={(value) => void chooseLanguage(value).catch((error: unknown) => toast(errorText(error)))}
      />
      <Choice<SendKey>
        label={account.sendKey}
        value={useStore(sendKey.store)}
        options={sendKey.values.map((value) => ({ value, name: account.sendKeys[value] }))}
        onChange={(value) => sendKey.store.set(value)}
      />
      <Choice<ThoughtsFold>
        label={thought.folds}
        value={useStore(thoughtsFold.store)}
        options={thoughtsFold.values.map((value) => ({ value, name: thought.foldsOf[value] }))}
        onChange={(value) => thoughtsFold.store.set(value)}
      />
    </Section>
  );
}
