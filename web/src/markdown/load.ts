import { onDemand } from '../on-demand.js';

/** Markdown comes with the first conversation that is opened. */
export const markdown = onDemand(() => import('./markdown.js').then(({ Markdown }) => Markdown));
