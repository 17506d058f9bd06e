// SPDX-License-Identifier: MIT
// Why a stream was not opened, or was given up: a failure as a request's, in a form that promises
// reject with.

import type { Reply } from '../requests.ts';
import type { Failure } from '../result.ts';

export interface StreamErrorOptions extends ErrorOptions {
  readonly reply?: Reply;
}

export class StreamError extends Error implements Failure {
  override readonly name = 'StreamError';
  readonly code: number;
  /** What the device answered in place of a stream. */
  readonly reply: Reply | undefined;

  constructor({ code, error }: Failure, options: StreamErrorOptions = {}) {
    super(error, options);
    this.code = code;
    this.reply = options.reply;
  }

  get error(): string {
    return this.message;
  }
}
