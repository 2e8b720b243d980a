import { useState } from 'react';
import { useLocale } from '../i18n/dates.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Dialog } from '../ui/dialog.js';
import { useSubmit } from '../ui/use-submit.js';
import type { ChatSettings } from './chat-settings.js';

interface Props {
  settings: ChatSettings;
  onSave(settings: ChatSettings): Promise<void>;
  onClose(): void;
}

/** What the model is told in this conversation besides the questions. */
export function SettingsDialog({ settings, onSave, onClose }: Props) {
  const texts = useTexts();
  const tenths = new Intl.NumberFormat(useLocale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const [instructions, setInstructions] = useState(settings.instructions ?? '');
  const [temperature, setTemperature] = useState(settings.temperature);
  const { submit, isBusy, error } = useSubmit(async () => {
    await onSave({ instructions: instructions.trim() || null, temperature });
    onClose();
  });
  const isChanged = instructions !== (settings.instructions ?? '') || temperature !== settings.temperature;
  return (
    <Dialog title={texts.chat.settingsTitle} isChanged={isChanged} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="field">
          <label htmlFor="instructions">{texts.chat.instructions}</label>
          <textarea
            id="instructions"
            className="input"
            dir="auto"
            rows={6}
            maxLength={20_000}
            aria-describedby="instructions-hint"
            value={instructions}
            onChange={(event) => setInstructions(event.target.value)}
          />
          <p id="instructions-hint" className="hint">
            {texts.chat.instructionsHint}
          </p>
        </div>
        <fieldset className="plain-fieldset">
          <legend className="label">{texts.chat.temperature}</legend>
          <label className="choice">
            <input type="radio" name="own" checked={temperature === null} onChange={() => setTemperature(null)} />
            {texts.chat.temperatureDefault}
          </label>
          <label className="choice">
            <input
              type="radio"
              name="own"
              checked={temperature !== null}
              onChange={() => setTemperature(temperature ?? 1)}
            />
            {texts.chat.temperatureOwn}
            {temperature !== null && <output>{tenths.format(temperature)}</output>}
          </label>
          {temperature !== null && (
            <input
              type="range"
              min="0"
              max="2"
              step="0.1"
              aria-label={texts.chat.temperature}
              aria-valuetext={tenths.format(temperature)}
              value={temperature}
              onChange={(event) => setTemperature(Number(event.target.value))}
            />
          )}
          <p className="hint">{texts.chat.temperatureHint}</p>
        </fieldset>
        {error !== null && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {texts.app.cancel}
          </button>
          <button className="button primary" disabled={isBusy}>
            {texts.app.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
