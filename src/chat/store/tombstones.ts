/** How long a tombstone outlives its conversation: longer than any job or message log may come back. ms. */
export const TOMBSTONE_MS = 24 * 60 * 60 * 1000;
