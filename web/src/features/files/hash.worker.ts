// SPDX-License-Identifier: MIT
// The whole of the worker in which files are hashed.

import { serveHashes, type HashScope } from './hashing.ts';

serveHashes(self as unknown as HashScope);
