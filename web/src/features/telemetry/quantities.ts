// SPDX-License-Identifier: MIT
// What sensors measure, and how it is shown. A device's own words go no further than its unit and
// the names of its sensors.

import type { Measurement, Sensor } from './reading.ts';

export interface Quantity {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  /** The smallest span of a plot's scale. */
  readonly spanMin: number;
}

/** In the order of their plots. */
export const quantities: readonly Quantity[] = [
  { name: 'temperature', title: 'Temperature', unit: '°C', digits: 1, spanMin: 4 },
  { name: 'humidity', title: 'Humidity', unit: '%', digits: 0, spanMin: 10 },
  { name: 'pressure', title: 'Pressure', unit: 'kPa', digits: 1, spanMin: 2 },
  { name: 'illuminance', title: 'Light', unit: 'lx', digits: 0, spanMin: 20 },
  { name: 'concentration', title: 'Gas', unit: '%', digits: 3, spanMin: 0.01 },
  { name: 'fan', title: 'Fans', unit: 'rpm', digits: 0, spanMin: 200 },
  { name: 'voltage', title: 'Voltage', unit: 'V', digits: 2, spanMin: 0.5 },
  { name: 'current', title: 'Current', unit: 'A', digits: 2, spanMin: 0.2 },
  { name: 'power', title: 'Power', unit: 'W', digits: 2, spanMin: 1 },
];

/** What can be plotted: a unit that is not the quantity's own would not fit the others' scale. */
export function quantityOf({ quantity, unit }: Measurement): Quantity | undefined {
  return quantities.find((one) => one.name === quantity && one.unit === unit);
}

/** The key of a line. */
export function keyOf(sensor: Sensor, { quantity, label }: Measurement): string {
  return `${quantity}:${labelOf(sensor, label)}`;
}

export function labelOf(sensor: Sensor, label: string): string {
  return label === '' ? sensor.name : `${sensor.name} ${label}`;
}

export function valueText(measurement: Measurement): string {
  const digits = quantityOf(measurement)?.digits ?? 2;
  return `${measurement.value.toFixed(digits)} ${measurement.unit}`;
}

/** As `0 to 50 °C`, `up to 110 °C`; empty where the kernel says nothing. */
export function rangeText({ min, max, unit }: Measurement): string {
  if (min !== undefined && max !== undefined) return `${String(min)} to ${String(max)} ${unit}`;
  if (max !== undefined) return `up to ${String(max)} ${unit}`;
  if (min !== undefined) return `from ${String(min)} ${unit}`;
  return '';
}
