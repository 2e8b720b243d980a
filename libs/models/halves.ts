/** Whether the last unit of a text is the first of a surrogate pair: providers cut JSON escapes anywhere. */
export function endsInHalf(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
}
