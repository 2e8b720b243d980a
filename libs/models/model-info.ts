import { knownModel } from './known-models.js';
import type { ModelInfo } from './model.js';
import type { ModelSettings } from './model-settings.js';

/** What is known of a model: the operator's word, else its provider's, else what its name tells. */
export function modelInfo(told: ModelInfo, settings?: ModelSettings): ModelInfo {
  const known = knownModel(told.name);
  return {
    name: told.name,
    label: settings?.label ?? told.label,
    description: settings?.description ?? told.description,
    contextTokens: settings?.contextTokens ?? told.contextTokens,
    input: settings?.input ?? told.input ?? known.input,
    reasoning: settings?.reasoning ?? told.reasoning ?? known.reasoning,
  };
}
