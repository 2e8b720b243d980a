import { ChevronDown, MoveRight, RotateCw } from 'lucide-react';
import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { type ModelChoice, ModelMenu, modelsOf, useEndpoints } from './model-picker.js';
import { waysOn } from './ways-on.js';

interface Props {
  message: Message;
  canAsk: boolean;
  onGoOn(): void;
  onAgain(choice?: ModelChoice): void;
}

/** What can be done about the newest answer where it failed, was stopped or cut off. */
export function EndActions({ message, canAsk, onGoOn, onAgain }: Props) {
  const { line } = useTexts();
  const endpoints = useEndpoints() ?? [];
  const ways = waysOn(message);
  const hasOthers = endpoints.flatMap(modelsOf).length > 1;
  if (!ways.goOn && !ways.again && !(ways.otherModel && hasOthers)) return null;
  return (
    <div className="end-actions" role="group" aria-label={line.actions}>
      {ways.goOn && (
        <button
          type="button"
          className="button"
          disabled={!canAsk}
          title={line.goOnTitle(line.goOnQuestion)}
          onClick={onGoOn}
        >
          <MoveRight size={15} aria-hidden /> {line.goOn}
        </button>
      )}
      {ways.again && (
        <button type="button" className="button" disabled={!canAsk} onClick={() => onAgain()}>
          <RotateCw size={15} aria-hidden /> {line.again}
        </button>
      )}
      {ways.otherModel && hasOthers && (
        <ModelMenu
          endpoints={endpoints}
          value={message.endpoint === null ? null : { endpoint: message.endpoint, model: message.model }}
          onChange={onAgain}
          trigger={
            <button type="button" className="button" disabled={!canAsk}>
              {line.withModel} <ChevronDown size={15} aria-hidden />
            </button>
          }
        />
      )}
    </div>
  );
}
