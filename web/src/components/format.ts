// SPDX-License-Identifier: MIT
// Numbers, sizes and times as people read them.

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** As `512 B`, `4.5 KiB`, `23 MiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 10 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${units[unit]}`;
}

/** As `0.24 s`, `12 s`, `1 min`, `3 min 5 s`, `2 h 4 min`, `5 d 3 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(2))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return inTwo(whole, [60, 'min'], [1, 's']);
  if (whole < 86_400) return inTwo(whole, [3600, 'h'], [60, 'min']);
  return inTwo(whole, [86_400, 'd'], [3600, 'h']);
}

/** Units are the seconds of each with its name; of the smaller one nothing is said where there is none. */
function inTwo(seconds: number, large: [number, string], small: [number, string]): string {
  const rest = Math.floor((seconds % large[0]) / small[0]);
  const whole = `${Math.floor(seconds / large[0])} ${large[1]}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small[1]}`;
}

/** A moment in the reader's own zone and manner; what is no moment is shown as it came. */
export function formatTime(rfc3339: string): string {
  const time = new Date(rfc3339);
  if (Number.isNaN(time.getTime())) return rfc3339;
  return time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export function formatDay(rfc3339: string): string {
  const time = new Date(rfc3339);
  return Number.isNaN(time.getTime())
    ? ''
    : time.toLocaleDateString(undefined, { dateStyle: 'medium' });
}

export function formatClock(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString();
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** An error as it came over the bus, as a sentence of the page. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
}
