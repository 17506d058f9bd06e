// SPDX-License-Identifier: MIT
// A telemetry.reading, checked field by field. What a device does not measure is absent.

import {
  booleanMember,
  isList,
  isObject,
  member,
  numberMember,
  objectMember,
  stringMember,
} from '@malinka/client';
import type { Json, JsonObject } from '@malinka/client';

export interface Disk {
  readonly path: string;
  readonly totalBytes: number;
  readonly availableBytes: number;
  readonly usedPercent: number;
}

export interface Sensor {
  readonly name: string;
  readonly temperatureCelsius: number | undefined;
  readonly humidityPercent: number | undefined;
  readonly simulated: boolean;
  readonly error: string | undefined;
}

export interface Reading {
  readonly uptimeSeconds: number;
  readonly loadPercent: number | undefined;
  readonly loadAverage: number | undefined;
  readonly cpuTemperature: number | undefined;
  readonly memoryPercent: number | undefined;
  readonly memoryTotalBytes: number | undefined;
  readonly disks: readonly Disk[];
  /** Of all interfaces but the loopback, since the device started. */
  readonly receivedBytes: number | undefined;
  readonly sentBytes: number | undefined;
  readonly sensors: readonly Sensor[];
}

const disksMax = 16;
const interfacesMax = 64;
export const sensorsMax = 8;

/** Undefined when the value is no reading. */
export function decodeReading(value: Json | undefined): Reading | undefined {
  if (!isObject(value)) return undefined;
  const uptimeSeconds = numberMember(value, 'uptimeSeconds');
  if (uptimeSeconds === undefined) return undefined;
  const cpu = objectMember(value, 'cpu') ?? {};
  const memory = objectMember(value, 'memory') ?? {};
  const interfaces = objectsOf(value, 'network', interfacesMax).filter(
    (one) => stringMember(one, 'interface') !== 'lo',
  );
  return {
    uptimeSeconds,
    loadPercent: numberMember(cpu, 'loadPercent'),
    loadAverage: numberMember(cpu, 'loadAverage'),
    cpuTemperature: numberMember(cpu, 'temperatureCelsius'),
    memoryPercent: numberMember(memory, 'usedPercent'),
    memoryTotalBytes: numberMember(memory, 'totalBytes'),
    disks: objectsOf(value, 'disks', disksMax).map(decodeDisk),
    receivedBytes: sum(interfaces, 'receivedBytes'),
    sentBytes: sum(interfaces, 'sentBytes'),
    sensors: objectsOf(value, 'sensors', sensorsMax).map(decodeSensor),
  };
}

function decodeDisk(disk: JsonObject): Disk {
  return {
    path: stringMember(disk, 'path') ?? '?',
    totalBytes: numberMember(disk, 'totalBytes') ?? 0,
    availableBytes: numberMember(disk, 'availableBytes') ?? 0,
    usedPercent: Math.min(100, Math.max(0, numberMember(disk, 'usedPercent') ?? 0)),
  };
}

function decodeSensor(sensor: JsonObject): Sensor {
  return {
    name: stringMember(sensor, 'name') ?? 'sensor',
    temperatureCelsius: numberMember(sensor, 'temperatureCelsius'),
    humidityPercent: numberMember(sensor, 'humidityPercent'),
    simulated: booleanMember(sensor, 'simulated') ?? false,
    error: stringMember(sensor, 'error'),
  };
}

function objectsOf(value: JsonObject, name: string, most: number): readonly JsonObject[] {
  const list = member(value, name);
  return isList(list) ? list.filter(isObject).slice(0, most) : [];
}

function sum(objects: readonly JsonObject[], name: string): number | undefined {
  const numbers = objects.map((one) => numberMember(one, name)).filter((one) => one !== undefined);
  return numbers.length === 0 ? undefined : numbers.reduce((total, one) => total + one, 0);
}
