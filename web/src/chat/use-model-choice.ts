import { useState } from 'react';
import { remembered } from '../api/storage.js';
import type { Conversation } from '../api/types.js';
import { useUser } from '../auth/use-session.js';
import { errorText } from '../i18n/index.js';
import { toast } from '../ui/toasts.js';
import { useWorkspace } from '../workspace.js';
import { type ModelChoice, useEndpoints, validChoice } from './model-picker.js';

function rememberedModel(name: string): ModelChoice | null {
  try {
    const kept = JSON.parse(remembered.get(name) ?? 'null') as Partial<ModelChoice> | null;
    return kept && typeof kept.endpoint === 'string' ? { endpoint: kept.endpoint, model: kept.model ?? null } : null;
  } catch {
    return null;
  }
}

/** The model that is asked next: the conversation's, or for a new one (`id` null) what this user chose last. */
export function useModelChoice(id: string | null, conversation: Conversation | undefined) {
  const { conversations } = useWorkspace();
  const name = `${useUser().id}.model`;
  const [chosen, setChosen] = useState(() => rememberedModel(name));
  const endpoints = useEndpoints();
  const model = conversation
    ? { endpoint: conversation.endpoint, model: conversation.model }
    : validChoice(endpoints, chosen);

  function choose(choice: ModelChoice): void {
    setChosen(choice);
    remembered.set(name, JSON.stringify(choice));
    if (id === null) return;
    const change = { endpoint: choice.endpoint, ...(choice.model !== null && { model: choice.model }) };
    void conversations.change(id, change).catch((reason: unknown) => toast(errorText(reason)));
  }

  return { endpoints, model, choose };
}
