// SPDX-License-Identifier: MIT
// The whole of the worker in which this page seals: the channel's keys are here and nowhere else.

import { serveSealing, type WorkerScope } from '@malinka/client';

serveSealing(self as unknown as WorkerScope);
