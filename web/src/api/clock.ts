// The server's clock. This machine's may be hours off, and dates from the server must still make sense.

let offset = 0;

/** Takes the time from an answer's Date header. It counts in seconds, so small differences are left alone. */
export function noteServerTime(response: Response): void {
  const time = Date.parse(response.headers.get('Date') ?? '');
  if (Number.isNaN(time)) return;
  const difference = time - Date.now();
  offset = Math.abs(difference) > 5_000 ? difference : 0;
}

export function serverNow(): number {
  return Date.now() + offset;
}
