/**
 * What is dear to ask and **safe to lose**: any entry may be gone at any moment, and everything that needs one can do
 * without. So no backend's failure is ever an error here, as it is with the other ports: where it does not answer, `get`
 * gives undefined, `wrap` asks the source, and `set`, `del` and `clear` do nothing, quietly. Never keep here what must be
 * right, such as sessions, limits or rights.
 *
 * It is cache-manager's cache (https://cachemanager.org), with these edges:
 * - Times to live are ms: `DEFAULT_TTL_MS` where none is given; 0: until it is pushed out; negative: not kept at all, and
 *   what stood there is gone. `ttl` tells when an entry ends, ms since 1970; undefined where none ends.
 * - Values go in and come out as JSON has them: always a copy, dates as text, undefined as absent. `null` is a value.
 * - `wrap` asks once for all who ask at the same time in this process. An error of the source goes to all of them, and is
 *   not kept.
 * - `clear` drops what this product has cached, and nothing else that lives in the same backend.
 */
export { Cache } from '@nestjs/cache-manager';
export { cacheOver, DEFAULT_TTL_MS, withCopies } from './cache-over.js';
