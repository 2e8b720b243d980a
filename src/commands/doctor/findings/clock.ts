import { type Finding, ok, problem } from './finding.js';

/** Ages and time-outs go by the stores' clocks; the life of a token, and what stands in logs, by each machine's. */
const MOST_MS = 5000;

/** Reads the other clock in the middle of the call, as far as can be known. */
export async function askClock(read: () => Promise<number>): Promise<{ aheadMs: number; withinMs: number }> {
  const [from, began] = [Date.now(), performance.now()];
  const there = await read();
  const withinMs = (performance.now() - began) / 2;
  return { aheadMs: there - (from + withinMs), withinMs };
}

/** `aheadMs`: of this machine's clock. `withinMs`: how exactly that is known. */
export function clockFinding(check: string, whose: string, aheadMs: number, withinMs: number): Finding {
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  if (Math.abs(aheadMs) <= MOST_MS + withinMs) return ok(check, `${whose} clock and this machine's agree`);
  return problem(
    check,
    `${whose} clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`,
    'Let all machines keep time by NTP (timedatectl set-ntp true, or chrony): tokens would end too early or too late.',
  );
}
