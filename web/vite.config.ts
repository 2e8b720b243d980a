import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { firstLoad } from './first-load.js';

/** The Parley that `npx vite web` shows in front of: its own pages are then the ones under development. */
const server = process.env.PARLEY_URL ?? 'http://127.0.0.1:3080';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), firstLoad(200_000)],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy allows no font and no script from a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // What runs in a worker loads further modules, too.
  worker: { format: 'es' },
  resolve: {
    // Vite's own, after that of workers: there is no document in which they could look up what `&auml;` means.
    conditions: ['worker', ...defaultClientConditions],
  },
  // What a chunk loads it finds beside itself, wherever that is: the page may name a CDN for its first chunk.
  experimental: {
    renderBuiltUrl: (_name, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  server: {
    proxy: {
      '/api': server,
      '/admin/queues': server,
      '/socket.io': { target: server, ws: true },
    },
  },
});
