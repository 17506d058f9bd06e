// SPDX-License-Identifier: MIT
// Addresses in what a terminal shows: only those of web pages lead anywhere, and never into this page.

import { confirm } from '../../components/dialogs.svelte.ts';

const schemes = ['http:', 'https:'];
const addressLettersMax = 2048;

/** As the browser would go there; undefined where it is not to. */
export function safeAddress(text: string): string | undefined {
  if (text.length > addressLettersMax || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return schemes.includes(url.protocol) ? url.href : undefined;
}

/** One that can be read where it stands. */
export function openAddress(text: string): void {
  const address = safeAddress(text);
  if (address) window.open(address, '_blank', 'noopener,noreferrer');
}

/** One that stands behind other words (OSC 8): the person sees it before they go. */
export async function openHiddenAddress(text: string): Promise<void> {
  const address = safeAddress(text);
  if (!address) return;
  const goes = await confirm({
    title: 'Open this page?',
    text: 'What the terminal shows is a link that a program made.',
    facts: [{ label: 'It leads to', value: address }],
    action: 'Open',
  });
  if (goes) openAddress(address);
}
