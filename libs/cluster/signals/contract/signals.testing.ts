import { eventually } from '../../../../test/support/eventually.js';
import type { Signal, Signals } from '../signals.js';

const PROBE = 'probe of the test';

/**
 * Listens, and resolves when signals do arrive: a backend may take a moment to begin. Gives back what is heard from then
 * on, in its order; `listener` is called with each too.
 */
export async function listen(signals: Signals, topic: string, listener?: (signal: Signal) => void): Promise<Signal[]> {
  const heard: Signal[] = [];
  let sent = 0;
  const arrived = new Set<unknown>();
  signals.subscribe(topic, (signal) => {
    if (signal[PROBE] !== undefined) return void arrived.add(signal[PROBE]);
    heard.push(signal);
    listener?.(signal);
  });
  // Until the newest has come: those before it then have come or are lost, as all are in order.
  await eventually(async () => {
    await signals.publish(topic, { v: 0, [PROBE]: `${++sent}` });
    await new Promise((resolve) => setImmediate(resolve));
    return arrived.size > 0;
  });
  await eventually(() => arrived.has(`${sent}`));
  return heard;
}
