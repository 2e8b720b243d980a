import { z } from 'zod';

/** `?limit=` (1–100, default 50) and `?cursor=` of every list. Spread it into a strict query schema. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(1000).optional().describe('`nextCursor` of the page before.'),
};

/** The query of a list that knows no other field. */
export const pageQuery = z.strictObject(pageFields);

/** One page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('For `?cursor=` of the next page; null: this is the last one.'),
  });
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
