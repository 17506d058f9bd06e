// SPDX-License-Identifier: MIT
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this repository lies. */
export const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
