// SPDX-License-Identifier: MIT
// Builds the page into dist/ for a hub, or any web server, to hand out. Nothing is inlined: the
// hub's content security policy allows neither inline scripts nor inline styles.

import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const client = fileURLToPath(new URL('../clients/typescript', import.meta.url));

export default defineConfig({
  base: './',
  plugins: [svelte()],
  resolve: {
    alias: { '@malinka/client': `${client}/src/index.ts` },
    // The library's tests stand in its folder and use the tools that are installed in this one.
    dedupe: ['vitest', 'libsodium-wrappers-sumo'],
  },
  // A module, so that it loads libsodium by itself, as a file that the hub's policy allows.
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600, // xterm.js with its add-ons, loaded when a terminal is opened.
  },
  server: {
    fs: { allow: ['.', client] },
    proxy: { '/bus': { target: 'ws://127.0.0.1:31415', ws: true } },
  },
  test: {
    include: ['src/**/*.test.ts', `${client}/src/**/*.test.ts`],
    environment: 'node',
    setupFiles: ['./vitest.setup.ts'],
    // Argon2 and the harm that a hub may do take a while on a machine that does much else.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
