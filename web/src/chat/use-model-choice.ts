import { useState } from 'react';
import { remembered } from '../api/storage.js';
import type { Conversation } from '../api/types.js';
import { errorText } from '../i18n/index.js';
import { toast } from '../ui/toasts.js';
import { useWorkspace } from '../workspace.js';
import { type ModelChoice, useEndpoints, validChoice } from './model-picker.js';

function rememberedModel(): ModelChoice | null {
  try {
    const kept = JSON.parse(remembered.get('model') ?? 'null') as Partial<ModelChoice> | null;
    return kept && typeof kept.endpoint === 'string' ? { endpoint: kept.endpoint, model: kept.model ?? null } : null;
  } catch {
    return null;
  }
}

/** The model that is asked next: the conversation's, or for a new one (`id` null) what was chosen last. */
export function useModelChoice(id: string | null, conversation: Conversation | undefined) {
  const { conversations } = useWorkspace();
  const [chosen, setChosen] = useState(rememberedModel);
  const endpoints = useEndpoints();
  const model = conversation
    ? { endpoint: conversation.endpoint, model: conversation.model }
    : validChoice(endpoints, chosen);

  function choose(choice: ModelChoice): void {
    setChosen(choice);
    remembered.set('model', JSON.stringify(choice));
    if (id === null) return;
    const change = { endpoint: choice.endpoint, ...(choice.model !== null && { model: choice.model }) };
    void conversations.change(id, change).catch((reason: unknown) => toast(errorText(reason)));
  }

  return { endpoints, model, choose };
}
