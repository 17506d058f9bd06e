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

/** One value of a sensor. */
export interface Measurement {
  readonly quantity: string;
  /** Which of several of that quantity; may be empty. */
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  /** The ends of what can be, or of what is no cause for alarm, as the device's kernel says. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Where it was measured for an earlier reading. */
  readonly ageSeconds: number | undefined;
}

export interface Sensor {
  readonly name: string;
  readonly values: readonly Measurement[];
  readonly simulated: boolean;
  readonly error: string | undefined;
}

/** What a Raspberry Pi's firmware does for want of power or because of heat. */
export interface Throttling {
  readonly now: readonly ThrottlingFlag[];
  readonly sinceBoot: readonly ThrottlingFlag[];
}

export const throttlingFlags = [
  'underVoltage',
  'frequencyCapped',
  'throttled',
  'softTemperatureLimit',
] as const;
export type ThrottlingFlag = (typeof throttlingFlags)[number];

export interface Reading {
  readonly uptimeSeconds: number;
  readonly loadPercent: number | undefined;
  readonly corePercents: readonly number[];
  readonly loadAverage: number | undefined;
  readonly cpuTemperature: number | undefined;
  readonly memoryPercent: number | undefined;
  readonly memoryTotalBytes: number | undefined;
  readonly disks: readonly Disk[];
  /** Of all interfaces but the loopback, since the device started. */
  readonly receivedBytes: number | undefined;
  readonly sentBytes: number | undefined;
  readonly sensors: readonly Sensor[];
  readonly throttling: Throttling | undefined;
}

const disksMax = 16;
const interfacesMax = 64;
const coresMax = 64;
export const sensorsMax = 16;
const valuesMax = 8;
/** A unit is a word; what is longer is none. */
const unitCharactersMax = 8;

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
    corePercents: decodeCores(member(cpu, 'corePercents')),
    loadAverage: numberMember(cpu, 'loadAverage'),
    cpuTemperature: numberMember(cpu, 'temperatureCelsius'),
    memoryPercent: numberMember(memory, 'usedPercent'),
    memoryTotalBytes: numberMember(memory, 'totalBytes'),
    disks: objectsOf(value, 'disks', disksMax).map(decodeDisk),
    receivedBytes: sum(interfaces, 'receivedBytes'),
    sentBytes: sum(interfaces, 'sentBytes'),
    sensors: objectsOf(value, 'sensors', sensorsMax).map(decodeSensor),
    throttling: decodeThrottling(objectMember(value, 'throttled')),
  };
}

function decodeCores(cores: Json | undefined): readonly number[] {
  if (!isList(cores)) return [];
  const percents = cores.filter((one): one is number => typeof one === 'number');
  return percents.slice(0, coresMax).map((one) => Math.min(100, Math.max(0, one)));
}

function decodeThrottling(flags: JsonObject | undefined): Throttling | undefined {
  if (!flags) return undefined;
  const has = (ending: string) =>
    throttlingFlags.filter((flag) => booleanMember(flags, flag + ending) === true);
  return { now: has(''), sinceBoot: has('SinceBoot') };
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
  const values = objectsOf(sensor, 'values', valuesMax)
    .map(decodeMeasurement)
    .filter((one) => one !== undefined);
  return {
    name: stringMember(sensor, 'name') ?? 'sensor',
    values: values.length > 0 ? values : shortValues(sensor),
    simulated: booleanMember(sensor, 'simulated') ?? false,
    error: stringMember(sensor, 'error'),
  };
}

function decodeMeasurement(one: JsonObject): Measurement | undefined {
  const value = numberMember(one, 'value');
  const quantity = stringMember(one, 'quantity');
  const unit = stringMember(one, 'unit');
  if (value === undefined || quantity === undefined || unit === undefined) return undefined;
  if (unit.length > unitCharactersMax) return undefined;
  return {
    quantity,
    label: stringMember(one, 'label') ?? '',
    value,
    unit,
    min: numberMember(one, 'min'),
    max: numberMember(one, 'max'),
    ageSeconds: numberMember(one, 'ageSeconds'),
  };
}

/** Of a device that knows of no others. */
function shortValues(sensor: JsonObject): readonly Measurement[] {
  const value = (name: string, quantity: string, unit: string): readonly Measurement[] => {
    const found = numberMember(sensor, name);
    const rest = { label: '', min: undefined, max: undefined, ageSeconds: undefined };
    return found === undefined ? [] : [{ quantity, value: found, unit, ...rest }];
  };
  return [
    ...value('temperatureCelsius', 'temperature', '°C'),
    ...value('humidityPercent', 'humidity', '%'),
  ];
}

function objectsOf(value: JsonObject, name: string, most: number): readonly JsonObject[] {
  const list = member(value, name);
  return isList(list) ? list.filter(isObject).slice(0, most) : [];
}

function sum(objects: readonly JsonObject[], name: string): number | undefined {
  const numbers = objects.map((one) => numberMember(one, name)).filter((one) => one !== undefined);
  return numbers.length === 0 ? undefined : numbers.reduce((total, one) => total + one, 0);
}
