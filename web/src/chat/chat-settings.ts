/** What the model is told in a conversation besides the questions. */
export interface ChatSettings {
  instructions: string | null;
  temperature: number | null;
}

export const NO_SETTINGS: ChatSettings = { instructions: null, temperature: null };
