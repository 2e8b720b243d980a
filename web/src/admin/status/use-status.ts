import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.js';
import { isCode } from '../../api/problem.js';
import type { Status } from '../types.js';
import { EMPTY, type History, POLL_MS, WINDOW_MS, withSample } from './history.js';

const KEY = ['admin', 'status'];
const PATIENCE_MS = 8_000;

/** The server's state and its last ten minutes, kept up to date while the page is seen. After an error: as last known. */
export function useStatus() {
  const cache = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const status = await call<Status>('GET', '/api/admin/status', { signal: limited });
      return withSample(cache.getQueryData<History>(KEY) ?? EMPTY, status, Date.now());
    },
    staleTime: 0,
    // Whoever comes back finds the curves as they were, with a gap.
    gcTime: WINDOW_MS,
    retry: false,
    networkMode: 'always',
    structuralSharing: false,
    refetchOnWindowFocus: true,
    refetchInterval: ({ state }) => (isCode(state.error, 'forbidden') ? false : POLL_MS),
  });
}
