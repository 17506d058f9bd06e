// SPDX-License-Identifier: MIT
// The times below a plot: how they are written, how far apart they stand, and which of them fit.

import type uPlot from 'uplot';

/** Seconds from one time to the next. Each is 2.5 times the one before it at most: so one always fits. */
const steps = [
  ...[1, 2, 5, 10, 15, 20, 30],
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
];
/** Pixels between two of them. */
const gap = 14;
/** With seconds, where a plot shows no more than this many. */
const fineSecondsMax = 600;

export function timeAxis(look: { stroke: string; font: string }): uPlot.Axis {
  const ruler = document.createElement('canvas').getContext('2d');
  const widthOf = (words: string) => {
    if (!ruler) return 0;
    ruler.font = look.font;
    return ruler.measureText(words).width;
  };
  return {
    ...look,
    size: 26,
    incrs: steps,
    space: (_plot, _axis, start, end) => widthOf(clockWords(start, end - start)) + gap,
    grid: { show: false },
    ticks: { show: false },
    values: (plot, times) => {
      const room = plot.bbox.width / devicePixelRatio;
      const { min: start = 0, max: end = 0 } = plot.scales['x'] ?? {};
      return times.map((time) => {
        const words = clockWords(time, end - start);
        return fits(plot.valToPos(time, 'x'), widthOf(words), room) ? words : null;
      });
    },
  };
}

/** Whether words in the middle of that place stick out at neither end: there they met others, or were cut. */
export function fits(place: number, width: number, room: number): boolean {
  return place >= width / 2 && place <= room - width / 2;
}

/** `span`: the seconds that the plot shows in all. */
function clockWords(time: number, span: number): string {
  return new Date(time * 1000).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    ...(span <= fineSecondsMax ? { second: '2-digit' } : {}),
  });
}
