/**
 * In which form Keyv gives its values to a store. Its own would give buffers back as buffers, and make null of undefined.
 */
export const JSON_TEXT = {
  serialize: JSON.stringify,
  deserialize: (text: unknown) => JSON.parse(text as string),
};
