import { z } from 'zod';

/** `?limit=` (1–100, default 50) and `?cursor=` of every list. Spread it into a strict query schema. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(1000).optional(),
};
