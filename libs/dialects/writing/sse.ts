/** A comment, which every client passes over: that a call still waits. */
export const HEARTBEAT = ': waiting\n\n';

/** One event. `json` has no line end of its own: JSON.stringify writes none. */
export const sseData = (json: string): string => `data: ${json}\n\n`;

export const sseEvent = (name: string, data: object): string => `event: ${name}\n${sseData(JSON.stringify(data))}`;
