// SPDX-License-Identifier: MIT
// JSON as a type, and the questions that decoding asks of it.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** A member of an object that itself has it: `__proto__` and `toString` are never inherited. */
export function member(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function stringMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' ? value : undefined;
}

/** Finite numbers only: JSON's `1e999` reads as Infinity, which no sum survives. */
export function numberMember(object: JsonObject, name: string): number | undefined {
  const value = member(object, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function booleanMember(object: JsonObject, name: string): boolean | undefined {
  const value = member(object, name);
  return typeof value === 'boolean' ? value : undefined;
}

export function objectMember(object: JsonObject, name: string): JsonObject | undefined {
  const value = member(object, name);
  return isObject(value) ? value : undefined;
}

export function namesMember(object: JsonObject, name: string): readonly string[] | undefined {
  const names = member(object, name);
  return isStrings(names) ? names : undefined;
}
