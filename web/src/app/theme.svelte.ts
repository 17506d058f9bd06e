// SPDX-License-Identifier: MIT
// Light, dark, or as the system has it; remembered by this browser.

import { readLocal, writeLocal } from './storage.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'malinka.theme';
let chosen = $state<Theme>(remembered());

export function theme(): Theme {
  return chosen;
}

export function setTheme(next: Theme): void {
  chosen = next;
  writeLocal(key, next);
  applyTheme();
}

/** Called once before the page is drawn, so that it does not flash. */
export function applyTheme(): void {
  if (chosen === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}

function remembered(): Theme {
  return themes.find((one) => one === readLocal(key)) ?? 'auto';
}
