// SPDX-License-Identifier: MIT
// Gives tests what every browser has and Node 18 has not yet.

import { webcrypto } from 'node:crypto';

if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
