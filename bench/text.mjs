// What the upstream says: a text of its own for every question, so that a mix-up of two answers, a lost or a doubled
// token is seen. Generator and upstream each make it from the question; nothing is passed between them.

const TAG = 7;

/** FNV-1a. */
function tagOf(question) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < question.length; i++) hash = Math.imul(hash ^ question.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36).padStart(TAG, '0');
}

/** Every token is as long: tag, number, space. */
export const TOKEN_CHARS = TAG + 5;

export function* tokensOf(question, count) {
  const tag = tagOf(question);
  for (let i = 0; i < count; i++) yield `${tag}${i.toString(36).padStart(4, '0')} `;
}

export const textOf = (question, count) => [...tokensOf(question, count)].join('');

/** How an answer is to come stands in the name of the model: `40x15` is 40 tokens, 15 ms apart. */
export const modelOf = (count, paceMs) => `${count}x${paceMs}`;

export function shapeOf(model) {
  const [count, paceMs] = model.split('x').map(Number);
  return { count, paceMs };
}
