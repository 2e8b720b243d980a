import { onDemand } from '../on-demand.js';

/** Markdown comes with the first conversation that is opened, colours and formulas with the first that has some. */
export const markdown = onDemand(() => import('./markdown.js').then(({ Markdown }) => Markdown));
export const highlighter = onDemand(() => import('./highlight.js').then(({ highlight }) => highlight));
export const formulas = onDemand(() => import('./formulas.js').then((module) => module.formulas));
