import { compactHeap } from './compact-heap.js';

/** Takes 50 MB and lets go of them; how much the process held with them. */
function waste() {
  const buffers = Array.from({ length: 50 }, () => new ArrayBuffer(1_000_000));
  return { bytes: process.memoryUsage().arrayBuffers, count: buffers.length };
}

describe('compactHeap', () => {
  it('gives back what nothing holds any more', async () => {
    const { bytes } = waste();
    expect(bytes).toBeGreaterThan(50_000_000);
    await compactHeap();
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(bytes - 45_000_000);
  });
});
