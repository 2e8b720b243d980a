import { z } from 'zod';
import { pageQuery } from '../../http/paging.js';

export const sessionList = z.strictObject(pageQuery);
export type SessionListQuery = z.infer<typeof sessionList>;
