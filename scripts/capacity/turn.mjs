// How the cost of a turn follows from the length of its answer.

/** How many batches an answer's text is written in: a delta each, or as many as there is time for. */
export function batchesOf(tokens, tokensPerSecond, batchesPerSecond) {
  return Math.min(tokens, Math.ceil((tokens / tokensPerSecond) * batchesPerSecond));
}

/** Processor time of a turn with so many batches, ms: what the benchmark measured, with more or fewer of them. */
export function turnMs({ turnCpuMs, tokenCpuUs }, { measuredBatches }, batches) {
  const fixed = Math.max(0, turnCpuMs.value - (measuredBatches.value * tokenCpuUs.value) / 1000);
  return { fixed, whole: fixed + (batches * tokenCpuUs.value) / 1000 };
}
