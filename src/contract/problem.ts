import { z } from 'zod';
import { problemFields, refusalCases } from './errors.js';
import { Message } from './message.js';

export const Problem = z
  .intersection(
    problemFields.extend({ message: Message.optional().describe('The answer that failed, as it is kept.') }),
    refusalCases,
  )
  .meta({
    id: 'Problem',
    description:
      'RFC 9457. Whoever shows it to people makes words of `code` and `params`; `detail` is English. There may be further codes, parameters and members.',
  });
export type Problem = z.infer<typeof Problem>;
