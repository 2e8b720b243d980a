import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

/** What a first visit loads besides the entry, by module: the chat, and the live updates right after its first paint. */
const FIRST = ['/src/signed-in.tsx', '/src/live/live-updates.ts'];

/** Fails a build whose first visit would load more JavaScript than `limit` bytes, gzipped. */
export function firstLoad(limit: number): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file): file is Rollup.OutputChunk => file.type === 'chunk');
      const isFirst = ({ isEntry, moduleIds }: Rollup.OutputChunk) =>
        isEntry || FIRST.some((path) => moduleIds.some((id) => id.endsWith(path)));
      const wanted = chunks.filter(isFirst);
      if (wanted.length !== FIRST.length + 1) this.error('The chunks of the first visit are not where they were.');
      const names = new Set(wanted.map(({ fileName }) => fileName));
      for (const name of names) for (const further of (bundle[name] as Rollup.OutputChunk).imports) names.add(further);
      const bytes = [...names].reduce(
        (sum, name) => sum + gzipSync((bundle[name] as Rollup.OutputChunk).code).length,
        0,
      );
      this.info(`first visit: ${(bytes / 1000).toFixed(1)} kB of JavaScript, gzipped`);
      if (bytes > limit) this.error(`The first visit loads ${bytes} bytes of JavaScript; ${limit} are allowed.`);
    },
  };
}
