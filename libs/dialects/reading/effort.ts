import { z } from 'zod';
import type { ReasoningEffort } from '../../models/index.js';

/** Those that programs ask for; what is beyond `high` is asked for as that. */
export const efforts = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

export function effortOf(asked: z.infer<typeof efforts> | null | undefined): ReasoningEffort | undefined {
  if (asked === 'xhigh' || asked === 'max') return 'high';
  return asked ?? undefined;
}

/** Budgets up to these, in tokens. */
const BUDGETS: Array<[number, ReasoningEffort]> = [
  [1024, 'minimal'],
  [4096, 'low'],
  [8192, 'medium'],
];

/** The effort that has about this many tokens to think with. */
export const effortOfBudget = (tokens: number): ReasoningEffort =>
  BUDGETS.find(([most]) => tokens <= most)?.[1] ?? 'high';
