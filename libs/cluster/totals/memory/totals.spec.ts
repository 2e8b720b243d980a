import { totalsContract } from '../contract/totals.contract.js';
import { MemoryTotals, TotalsMemory } from './totals.js';

totalsContract('memory', async (silenceMs) => {
  const memory = new TotalsMemory();
  const open = () => new MemoryTotals(memory, silenceMs);
  return { totals: open(), another: open, close: async () => {} };
});
