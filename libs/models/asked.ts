import type { ModelRequest } from './model.js';

/** What of an answer is told only where it was asked for. */
export interface Asked {
  /** Tools may be called. Calls that nobody asked for are passed over. */
  hasTools?: boolean;
  hasLogprobs?: boolean;
  /** One of these may end the answer. */
  stop?: string[];
  /** The tool whose input is the text of the answer. */
  formatTool?: string;
}

export const askedOf = ({ tools = [], toolChoice, logprobs, stop }: ModelRequest): Asked => ({
  hasTools: tools.length > 0 && toolChoice !== 'none',
  hasLogprobs: logprobs !== undefined,
  stop,
});
