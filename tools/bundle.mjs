// SPDX-License-Identifier: MIT
// Runs TypeScript of this repository in Node: bundled once, for this process.

import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
/** Finds what web/ has installed. */
export const require = createRequire(join(root, 'web/package.json'));

/** What the file exports; `entry` is its path from the root. */
export async function bundled(entry) {
  globalThis.crypto ??= webcrypto;
  const folder = await mkdtemp(join(tmpdir(), 'malinka-bundle-'));
  const outfile = join(folder, 'bundle.cjs');
  await require('esbuild').build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    nodePaths: [join(root, 'web/node_modules')],
    logLevel: 'error',
  });
  const loaded = require(outfile);
  await rm(folder, { recursive: true, force: true });
  return loaded;
}
