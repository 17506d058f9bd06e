// SPDX-License-Identifier: MIT
// Tells when the page's colours change, for what draws on a canvas with its own.

/** By the system or by the person. Returns what stops the listening. */
export function onSchemeChange(repaint: () => void): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const ours = new MutationObserver(repaint);
  system.addEventListener('change', repaint);
  ours.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', repaint);
    ours.disconnect();
  };
}
