// SPDX-License-Identifier: MIT
// What a device says of itself (agent.describe), checked field by field.

import {
  booleanMember,
  isList,
  isObject,
  isStrings,
  member,
  objectMember,
  stringMember,
} from '@malinka/client';
import type { Json, JsonObject } from '@malinka/client';
import { sentence } from '../../components/format.ts';

export type Level = 'deny' | 'view' | 'control';

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What it needs. */
  readonly level: Level;
  /** Why it may not be used now. */
  readonly denied: string | undefined;
  /** Its JSON Schema as it came: whoever draws it decodes it. */
  readonly parameters: Json | undefined;
}

export interface Capability {
  readonly name: string;
  readonly level: Level;
  /** Why the level is deny. */
  readonly reason: string | undefined;
  readonly simulated: boolean;
  readonly roots: readonly string[];
  readonly user: string | undefined;
  readonly problems: readonly string[];
  readonly commands: readonly Command[];
}

export interface Description {
  readonly version: string;
  readonly simulated: boolean;
  readonly model: string | undefined;
  readonly os: string | undefined;
  readonly kernel: string | undefined;
  readonly architecture: string | undefined;
  readonly capabilities: readonly Capability[];
}

/** More than any agent has; a device cannot make the page grow without bound. */
const capabilitiesMax = 64;
const listMax = 256;
const levels: readonly Level[] = ['deny', 'view', 'control'];

/** Undefined when the reply is no description. */
export function decodeDescription(value: Json | undefined): Description | undefined {
  if (!isObject(value)) return undefined;
  const capabilities = member(value, 'capabilities');
  if (!isList(capabilities)) return undefined;
  const system = objectMember(value, 'system') ?? {};
  return {
    version: stringMember(value, 'version') ?? 'unknown',
    simulated: booleanMember(value, 'simulated') ?? false,
    model: stringMember(system, 'model'),
    os: stringMember(system, 'os'),
    kernel: stringMember(system, 'kernel'),
    architecture: stringMember(system, 'architecture'),
    capabilities: capabilities.filter(isObject).slice(0, capabilitiesMax).map(decodeCapability),
  };
}

function decodeCapability(value: JsonObject): Capability {
  const commands = member(value, 'commands');
  return {
    name: stringMember(value, 'name') ?? 'unnamed',
    level: levels.find((level) => level === stringMember(value, 'level')) ?? 'deny',
    reason: stringMember(value, 'reason'),
    simulated: booleanMember(value, 'simulated') ?? false,
    roots: stringsOf(value, 'roots'),
    user: stringMember(value, 'user'),
    problems: stringsOf(value, 'problems'),
    commands: (isList(commands) ? commands : [])
      .filter(isObject)
      .slice(0, listMax)
      .map(decodeCommand),
  };
}

function decodeCommand(value: JsonObject): Command {
  return {
    name: stringMember(value, 'name') ?? 'unnamed',
    summary: stringMember(value, 'summary') ?? '',
    level: stringMember(value, 'level') === 'view' ? 'view' : 'control',
    denied: stringMember(value, 'denied'),
    parameters: member(value, 'parameters'),
  };
}

function stringsOf(value: JsonObject, name: string): readonly string[] {
  const list = member(value, name);
  return isStrings(list) ? list.slice(0, listMax) : [];
}

/** As seen by one who came with a link that lets watch and not command. */
export function forViewer(description: Description): Description {
  return {
    ...description,
    capabilities: description.capabilities.map((capability) =>
      capability.level === 'control'
        ? { ...capability, level: 'view', reason: 'you came with a link that lets you watch only' }
        : capability,
    ),
  };
}

export interface Grant {
  readonly granted: boolean;
  /** Why not, in words for a person. */
  readonly reason: string;
}

/** Whether the device lets us use a capability at a level. Before it is described we may try. */
export function grantOf(description: Description | undefined, name: string, wanted: Level): Grant {
  if (description === undefined) return { granted: true, reason: '' };
  const capability = description.capabilities.find((one) => one.name === name);
  if (capability === undefined) return { granted: false, reason: `This device has no ${name}.` };
  if (levels.indexOf(capability.level) >= levels.indexOf(wanted))
    return { granted: true, reason: '' };
  const rule = `The device’s policy grants ${capability.level === 'view' ? 'viewing only' : 'nothing'} for ${name}.`;
  return { granted: false, reason: capability.reason ? sentence(capability.reason) : rule };
}
