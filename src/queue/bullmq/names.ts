/** Greatest priority that BullMQ knows, the lowest of ranks: that of band `last`. */
export const LAST_PRIORITY = 2_097_151;

/** Keys that BullMQ has beside a lane's jobs: no job may be called so. */
const TAKEN = new Set(
  (
    'active completed de delayed events failed id limiter marker meta paused pc prioritized repeat stalled ' +
    'stalled-check wait waiting-children'
  ).split(' '),
);
const PLAIN_ID = /^[\w-]{1,200}$/;
/** BullMQ gives such ids itself. */
const INTEGER = /^-?\d+$/;

/** The BullMQ queue of a lane: no colon (BullMQ's separator), no brace (they choose the slot in a cluster). */
export function queueName(lane: string): string {
  return lane === '' ? '%' : encodeURIComponent(lane);
}

/** A job's id in BullMQ: our own, so that an operator finds it, unless it could be taken for something else. */
export function bullId(id: string): string {
  return PLAIN_ID.test(id) && !TAKEN.has(id) && !INTEGER.test(id) ? id : `%${encodeURIComponent(id)}`;
}

export function ownId(id: string): string {
  return id.startsWith('%') ? decodeURIComponent(id.slice(1)) : id;
}
