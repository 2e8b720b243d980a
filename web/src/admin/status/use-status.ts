import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.js';
import { isCode } from '../../api/problem.js';
import type { Past, Status } from '../types.js';
import { EMPTY, type History, POLL_MS, wantsPast, WINDOW_MS, withPast, withStatus } from './history.js';

const KEY = ['admin', 'status'];
const PATIENCE_MS = 8_000;

/** The server's state and its last hour, kept up to date while the page is seen. After an error: as last known. */
export function useStatus() {
  const cache = useQueryClient();
  const known = () => cache.getQueryData<History>(KEY) ?? EMPTY;
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const get = <T>(path: string) => call<T>('GET', path, { signal: limited });
      const isPastWanted = wantsPast(known(), Date.now());
      const [status, past] = await Promise.all([
        get<Status>('/api/admin/status'),
        // Without it the curves begin now; a server of the version before has none.
        isPastWanted ? get<Past>('/api/admin/status/history').catch(() => null) : null,
      ]);
      const now = Date.now();
      return withStatus(isPastWanted ? withPast(known(), past, now) : known(), status, now);
    },
    staleTime: 0,
    // Whoever comes back finds what was seen before.
    gcTime: WINDOW_MS,
    retry: false,
    networkMode: 'always',
    structuralSharing: false,
    refetchOnWindowFocus: true,
    refetchInterval: ({ state }) => (isCode(state.error, 'forbidden') ? false : POLL_MS),
  });
}
