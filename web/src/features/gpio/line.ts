// SPDX-License-Identifier: MIT
// The lines of a device as gpio.list, gpio.read and gpio.write tell them, checked field by field.

import {
  booleanMember,
  isList,
  isObject,
  member,
  numberMember,
  stringMember,
} from '@malinka/client';
import type { Json, JsonObject } from '@malinka/client';

export type Direction = 'input' | 'output';
export type Access = 'none' | 'read' | 'write';
/** Logical: after active-low. */
export type Level = 0 | 1;

export interface Chip {
  readonly name: string;
  readonly label: string;
  readonly lines: number;
  /** Whether its lines are those of the 40-pin header. */
  readonly header: boolean;
}

export interface Line {
  /** Tells it from all others of the device. */
  readonly key: string;
  /** Its offset on its chip. */
  readonly number: number;
  readonly chip: string;
  readonly isOnHeader: boolean;
  /** From agent.toml. */
  readonly name: string | undefined;
  readonly kernelName: string | undefined;
  readonly direction: Direction;
  /** Who uses it, as the kernel says. */
  readonly consumer: string | undefined;
  /** By the agent. */
  readonly isHeld: boolean;
  readonly value: Level | undefined;
  readonly isActiveLow: boolean;
  /** By anybody, or by what agent.toml says: its edges are told. */
  readonly isWatched: boolean;
  readonly access: Access;
  /** Why the access is less than write. */
  readonly reason: string | undefined;
}

export interface Listing {
  readonly chips: readonly Chip[];
  readonly lines: readonly Line[];
}

/** What a reply says of one line. */
export interface State {
  readonly number: number;
  readonly name: string | undefined;
  readonly value: Level;
  readonly direction: Direction | undefined;
}

/** More than any board has; a device cannot make the page grow without bound. */
const chipsMax = 32;
export const linesMax = 512;
const numberMax = 65_535;
const nameLettersMax = 128;
const textLettersMax = 512;

/** Undefined when the value lists nothing. */
export function decodeListing(value: Json | undefined): Listing | undefined {
  if (!isObject(value) || !isList(member(value, 'lines'))) return undefined;
  const chips = objectsOf(value, 'chips', chipsMax).map(decodeChip);
  const ofHeader = new Set(chips.filter(({ header }) => header).map(({ name }) => name));
  const lines = new Map<string, Line>();
  for (const one of objectsOf(value, 'lines', linesMax)) {
    const line = decodeLine(one, ofHeader);
    if (line && !lines.has(line.key)) lines.set(line.key, line);
  }
  return { chips, lines: [...lines.values()] };
}

function decodeChip(value: JsonObject): Chip {
  return {
    name: textOf(value, 'name') ?? '?',
    label: textOf(value, 'label') ?? '',
    lines: numberMember(value, 'lines') ?? 0,
    header: booleanMember(value, 'header') ?? false,
  };
}

function decodeLine(value: JsonObject, ofHeader: ReadonlySet<string>): Line | undefined {
  const number = offsetOf(value);
  if (number === undefined) return undefined;
  const chip = textOf(value, 'chip') ?? '?';
  const access = stringMember(value, 'access');
  return {
    key: `${chip}/${number}`,
    number,
    chip,
    isOnHeader: ofHeader.has(chip),
    name: nameOf(value, 'name'),
    kernelName: nameOf(value, 'kernelName'),
    direction: directionOf(value) ?? 'input',
    consumer: textOf(value, 'consumer') || undefined,
    isHeld: booleanMember(value, 'held') ?? false,
    value: levelOf(value),
    isActiveLow: booleanMember(value, 'activeLow') ?? false,
    isWatched: booleanMember(value, 'watched') ?? false,
    access: access === 'read' || access === 'write' ? access : 'none',
    reason: textOf(value, 'reason') || undefined,
  };
}

/** Of gpio.read, gpio.write and gpio.watch: what makes no sense is left out. */
export function decodeStates(value: Json | undefined): readonly State[] {
  if (!isObject(value)) return [];
  return objectsOf(value, 'lines', linesMax).flatMap((one) => {
    const [number, level] = [offsetOf(one), levelOf(one)];
    if (number === undefined || level === undefined) return [];
    return [{ number, name: nameOf(one, 'name'), value: level, direction: directionOf(one) }];
  });
}

/** The line that a reply or an event speaks of: by its name, else by its place on the header's chip. */
export function lineOf(
  lines: readonly Line[],
  { number, name }: Pick<State, 'number' | 'name'>,
): Line | undefined {
  if (name !== undefined) return lines.find((line) => line.name === name);
  const known = lines.filter((line) => line.number === number);
  return known.find((line) => line.isOnHeader) ?? known[0];
}

/** How a command names a line. */
export function referenceOf({ name, kernelName, number, isOnHeader }: Line): string | number {
  return name ?? (isOnHeader ? number : (kernelName ?? number));
}

/** Whether somebody else has it, so that the agent cannot. */
export function isTaken({ consumer, isHeld }: Line): boolean {
  return consumer !== undefined && !isHeld;
}

export function isReadable(line: Line): boolean {
  return line.access !== 'none' && !isTaken(line);
}

/** What a person calls it. */
export function titleOf({ name, kernelName, number, isOnHeader }: Line): string {
  return name ?? kernelName ?? (isOnHeader ? `GPIO${number}` : `Line ${number}`);
}

export function offsetOf(value: JsonObject): number | undefined {
  const number = numberMember(value, 'line');
  const isOffset = number !== undefined && Number.isInteger(number);
  return isOffset && number >= 0 && number <= numberMax ? number : undefined;
}

export function levelOf(value: JsonObject): Level | undefined {
  const level = member(value, 'value');
  return level === 0 || level === 1 ? level : undefined;
}

/** A longer one is none: it could not be said again as it is. */
export function nameOf(value: JsonObject, member_: string): string | undefined {
  const name = stringMember(value, member_);
  return name !== undefined && name !== '' && name.length <= nameLettersMax ? name : undefined;
}

export function objectsOf(value: JsonObject, name: string, most: number): readonly JsonObject[] {
  const list = member(value, name);
  return isList(list) ? list.slice(0, most).filter(isObject) : [];
}

function textOf(value: JsonObject, name: string): string | undefined {
  return stringMember(value, name)?.slice(0, textLettersMax);
}

function directionOf(value: JsonObject): Direction | undefined {
  const direction = stringMember(value, 'direction');
  return direction === 'input' || direction === 'output' ? direction : undefined;
}
