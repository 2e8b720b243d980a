import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds; throws after `timeoutMs`, which is only there for the case that it never does: long enough
 * for the busiest machine.
 */
export async function eventually<T>(condition: () => T | Promise<T>, timeoutMs = 120_000): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never came true: ${condition.toString()}`);
    await sleep(10);
  }
}
