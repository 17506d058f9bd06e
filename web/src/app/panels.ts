// SPDX-License-Identifier: MIT
// The table of panels: what a device's page shows of each capability. One that has no panel here is
// shown by its commands.

import type { Capability, Command, Description, Level } from '../features/agent/description.ts';

export interface Panel {
  /** What the route calls it. */
  readonly name: string;
  readonly title: string;
  readonly capability: string;
  /** What a policy must grant for it to be of use. */
  readonly level: Level;
  /** The commands that it is made for; others of its capability are offered below it. */
  readonly offers: readonly string[];
  /** Whether it is no panel of this table, and shows the commands alone. */
  readonly isGeneric?: boolean;
  /** Of its tab, in this document. */
  readonly id: string;
}

const table: readonly Panel[] = [
  row('telemetry', 'Telemetry', 'view', 'read interval'),
  row('gpio', 'GPIO', 'view', 'list read write pulse watch'),
  row('tv', 'TV', 'view', 'status on off focus volume'),
  row('files', 'Files', 'view', 'list read write unpack move remove mkdir'),
  row('shell', 'Shell', 'control', 'run jobs output cancel detach'),
  row('terminal', 'Terminal', 'control', 'open resize list'),
];
const about: Panel = {
  ...row('agent', 'About', 'view', 'describe'),
  name: 'about',
  id: 'about',
};
export const firstPanel = 'telemetry';
/** Every agent has these: one that does not tell of them is told so in their place. */
const always = ['telemetry', 'files', 'shell', 'terminal'];
/** Beyond it the tabs would be no help. */
const genericMax = 16;
const titleLettersMax = 24;

function row(capability: string, title: string, level: Level, commands: string): Panel {
  const offers = commands.split(' ').map((command) => `${capability}.${command}`);
  return { name: capability, title, capability, level, offers, id: capability };
}

/** The panels of a device, in the order of their tabs. Before it is described we may try them all. */
export function panelsOf(description: Description | undefined): readonly Panel[] {
  const has = description?.capabilities.map(({ name }) => name);
  const known = table.filter(({ name }) => always.includes(name) || !has || has.includes(name));
  return [...known, ...genericOf(description), about];
}

function genericOf(description: Description | undefined): readonly Panel[] {
  const named = [...table, about].map(({ capability }) => capability);
  const rest = new Map<string, Capability>();
  for (const one of description?.capabilities ?? [])
    if (!named.includes(one.name) && !rest.has(one.name)) rest.set(one.name, one);
  return [...rest.values()].slice(0, genericMax).map(({ name }, index) => ({
    name: `commands ${name}`,
    title: name.length > titleLettersMax ? `${name.slice(0, titleLettersMax)}…` : name,
    capability: name,
    level: 'view',
    offers: [],
    isGeneric: true,
    id: `other-${index}`,
  }));
}

/** The panel that the route names; where the device has it no longer, none. */
export function panelNamed(description: Description | undefined, name: string): Panel | undefined {
  return panelsOf(description).find((panel) => panel.name === name);
}

/** What a capability can do that its panel does not offer. */
export function otherCommands(
  description: Description | undefined,
  { capability, offers }: Panel,
): readonly Command[] {
  const of = description?.capabilities.find(({ name }) => name === capability);
  return of?.commands.filter(({ name }) => !offers.includes(name)) ?? [];
}
