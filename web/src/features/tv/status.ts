// SPDX-License-Identifier: MIT
// What a device says of its TV (tv.status and tv.power), checked field by field.

import {
  booleanMember,
  isList,
  isObject,
  member,
  numberMember,
  stringMember,
} from '@malinka/client';
import type { Json, JsonObject } from '@malinka/client';

const powers = ['on', 'standby', 'turning on', 'turning off', 'unknown'] as const;
export type Power = (typeof powers)[number];

/** What `tv.power` tells. */
export interface PowerNews {
  readonly power: Power;
  /** Whether the TV shows the device's picture; undefined where it has not said. */
  readonly focused: boolean | undefined;
}

export interface Port {
  readonly device: string;
  readonly physicalAddress: string;
  readonly hasTv: boolean;
  readonly problem: string | undefined;
}

export interface TvStatus extends PowerNews {
  readonly volumePercent: number | undefined;
  readonly muted: boolean | undefined;
  readonly name: string | undefined;
  readonly vendor: string | undefined;
  /** What a person can do. */
  readonly problem: string | undefined;
  readonly ports: readonly Port[];
}

/** More than any machine has; a device cannot make the page grow without bound. */
const portsMax = 16;

/** Undefined when the value says nothing of a TV's power. */
export function decodeNews(value: Json | undefined): PowerNews | undefined {
  if (!isObject(value)) return undefined;
  const power = powers.find((one) => one === stringMember(value, 'power'));
  return power && { power, focused: booleanMember(value, 'focused') };
}

export function decodeStatus(value: Json | undefined): TvStatus | undefined {
  const news = decodeNews(value);
  if (!news || !isObject(value)) return undefined;
  const ports = member(value, 'ports');
  return {
    ...news,
    volumePercent: percentOf(value),
    muted: booleanMember(value, 'muted'),
    name: stringMember(value, 'name'),
    vendor: stringMember(value, 'vendor'),
    problem: stringMember(value, 'problem'),
    ports: isList(ports) ? ports.filter(isObject).slice(0, portsMax).map(decodePort) : [],
  };
}

/** As decodeNews, where the rest is known: of one that sleeps only what does not change. */
export function withNews(status: TvStatus | undefined, news: PowerNews): TvStatus | undefined {
  if (!status) return undefined;
  const isAwake = news.power === 'on' || news.power === 'turning on';
  const heard = isAwake ? status : { ...status, volumePercent: undefined, muted: undefined };
  return { ...heard, ...news };
}

function decodePort(port: JsonObject): Port {
  return {
    device: stringMember(port, 'device') ?? '?',
    physicalAddress: stringMember(port, 'physicalAddress') ?? '?',
    hasTv: booleanMember(port, 'hasTv') ?? false,
    problem: stringMember(port, 'problem'),
  };
}

function percentOf(value: JsonObject): number | undefined {
  const percent = numberMember(value, 'volumePercent');
  if (percent === undefined || percent < 0 || percent > 100) return undefined;
  return Math.round(percent);
}
