// SPDX-License-Identifier: MIT
// What a Raspberry Pi does for want of power or because of heat, in sentences that help.

import type { Throttling, ThrottlingFlag } from './reading.ts';

const nowSentences: Readonly<Record<ThrottlingFlag, string>> = {
  underVoltage:
    'It has too little power: use a stronger power supply, or a shorter and thicker cable.',
  frequencyCapped: 'Its processor is held back.',
  throttled: 'Its processor is slowed down.',
  softTemperatureLimit: 'It is hot: let more air to it, or give it a fan.',
};

const beforeWords: Readonly<Record<ThrottlingFlag, string>> = {
  underVoltage: 'had too little power',
  frequencyCapped: 'was held back',
  throttled: 'was slowed down',
  softTemperatureLimit: 'was hot',
};

/** What is so now. */
export function throttledNow(throttling: Throttling | undefined): string {
  return (throttling?.now ?? []).map((flag) => nowSentences[flag]).join(' ');
}

/** What was so at times since its start, and is over. */
export function throttledBefore(throttling: Throttling | undefined): string {
  const over = (throttling?.sinceBoot ?? []).filter((flag) => !throttling?.now.includes(flag));
  if (over.length === 0) return '';
  return `Since its start it ${over.map((flag) => beforeWords[flag]).join(', ')} at times.`;
}
