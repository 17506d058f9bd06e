// SPDX-License-Identifier: MIT
// Why a stream was not opened, or was given up: a failure as a request's, in a form that promises
// reject with.

import type { Failure } from '../result.ts';

export class StreamError extends Error implements Failure {
  override readonly name = 'StreamError';
  readonly code: number;

  constructor({ code, error }: Failure, options?: ErrorOptions) {
    super(error, options);
    this.code = code;
  }

  get error(): string {
    return this.message;
  }
}
