// What a job has seen: failures by reason, counts, times, and counts for each second.
import { Histogram } from './histogram.mjs';

export class Tally {
  failures = {};
  counts = {};
  times = {};
  /** For each count how many came in which second. */
  seconds = {};
  /** Anything else that a job wants to tell. */
  facts = {};
  #start = performance.now();
  #measuring = true;

  /** While it is off counts and times are not taken; failures always are. */
  set measuring(on) {
    if (on && !this.#measuring) this.#start = performance.now();
    this.#measuring = on;
  }

  fail(reason) {
    this.failures[reason] = (this.failures[reason] ?? 0) + 1;
  }

  count(name, times = 1) {
    if (!this.#measuring) return;
    this.counts[name] = (this.counts[name] ?? 0) + times;
    const seconds = (this.seconds[name] ??= []);
    const second = Math.floor((performance.now() - this.#start) / 1000);
    seconds[second] = (seconds[second] ?? 0) + times;
  }

  time(name, ms) {
    if (this.#measuring) (this.times[name] ??= new Histogram()).add(ms);
  }
}
