/** When a message or a conversation was made: the time in its UUIDv7 (RFC 9562 §5.7). */
export function timeOf(id: string): number {
  return parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** A random key. `crypto.randomUUID` exists only where the page came over https or from this machine. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
