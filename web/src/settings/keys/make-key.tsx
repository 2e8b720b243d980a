import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.js';
import { readEndpoints } from '../../api/endpoints.js';
import type { KeyMade, KeyScope } from '../../api/types.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { useSubmit } from '../../ui/use-submit.js';
import { Checks } from './checks.js';
import { MadeKey } from './made-key.js';
import { useKeyTexts } from './texts/index.js';

const SCOPES: readonly KeyScope[] = ['models', 'chat', 'responses', 'embeddings', 'api'];
const USUAL: readonly KeyScope[] = ['models', 'chat', 'responses', 'embeddings'];
const DAYS = [7, 30, 90, 365];
const DAY_MS = 86_400_000;

/** Makes a key, and shows it, once. */
export function MakeKey({ onMade, onClose }: { onMade(): void; onClose(): void }) {
  const { app } = useTexts();
  const texts = useKeyTexts();
  const { data: endpoints = [] } = useQuery({
    queryKey: ['endpoints'],
    queryFn: ({ signal }) => readEndpoints(signal),
  });
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState(USUAL);
  const [models, setModels] = useState<readonly string[] | null>(null);
  const [days, setDays] = useState('');
  const [tokens, setTokens] = useState('');
  const [made, setMade] = useState<KeyMade | null>(null);
  const { submit, isBusy, error, errorOf } = useSubmit(async () => {
    const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    const tokensPerDay = tokens === '' ? null : Number(tokens);
    setMade(await call<KeyMade>('POST', '/api/keys', { body: { name, scopes, models, expiresAt, tokensPerDay } }));
    onMade();
  });
  const all = endpoints.flatMap((endpoint) => endpoint.models.map((model) => `${endpoint.name}/${model}`));
  const isWhole = name.trim() !== '' && scopes.length > 0 && models?.length !== 0;
  if (made) {
    const first = endpoints[0];
    const usual = first?.defaultModel ? `${first.name}/${first.defaultModel}` : all[0];
    return (
      <Dialog title={texts.made(made.key.name)} isChanged onClose={onClose}>
        <MadeKey made={made} model={made.key.models?.[0] ?? usual ?? 'demo/demo'} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={texts.make} isChanged={name !== ''} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={texts.name}
          hint={texts.nameHint}
          dir="auto"
          maxLength={100}
          required
          data-autofocus
          value={name}
          error={errorOf('name')}
          onChange={(event) => setName(event.target.value)}
        />
        <Checks
          legend={texts.scopes}
          options={SCOPES.map((scope) => ({ value: scope, name: texts.scopesOf[scope] }))}
          chosen={scopes}
          problem={scopes.length === 0 ? texts.scopesNone : undefined}
          onChange={setScopes}
        />
        <label className="field">
          <span className="label">{texts.models}</span>
          <select
            className="input"
            value={models ? 'some' : 'all'}
            onChange={(event) => setModels(event.target.value === 'all' ? null : [])}
          >
            <option value="all">{texts.allModels}</option>
            <option value="some">{texts.someModels}</option>
          </select>
        </label>
        {models && (
          <Checks
            legend={texts.someModels}
            options={all.map((value) => ({ value, name: value }))}
            chosen={models}
            problem={models.length === 0 ? texts.modelsNone : undefined}
            onChange={setModels}
          />
        )}
        <label className="field">
          <span className="label">{texts.expires}</span>
          <select className="input" value={days} onChange={(event) => setDays(event.target.value)}>
            <option value="">{texts.expiresNever}</option>
            {DAYS.map((count) => (
              <option key={count} value={count}>
                {texts.expiresIn(count)}
              </option>
            ))}
          </select>
        </label>
        <Field
          label={texts.tokens}
          hint={texts.tokensHint}
          type="number"
          inputMode="numeric"
          min={1}
          step={1}
          value={tokens}
          error={errorOf('tokensPerDay')}
          onChange={(event) => setTokens(event.target.value)}
        />
        {error !== null && !errorOf('name') && !errorOf('tokensPerDay') && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {app.cancel}
          </button>
          <button className="button primary" disabled={isBusy || !isWhole}>
            {texts.make}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
