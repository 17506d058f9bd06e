// SPDX-License-Identifier: MIT
// What can fail for reasons outside this program is answered as a value, never thrown.

/** Why something was refused: a code of spec/errors.json and a sentence a person can act on. */
export interface Failure {
  readonly code: number;
  readonly error: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail<T>(code: number, error: string): Result<T> {
  return { ok: false, failure: { code, error } };
}
