// SPDX-License-Identifier: MIT
// Asks the person before the page is closed while something would break off. The words are the
// browser's own.

/** Returns what stops it. */
export function warnBeforeClosing(isBusy: () => boolean): () => void {
  // None in Node.
  if (!('addEventListener' in globalThis)) return () => {};
  const warn = (event: BeforeUnloadEvent) => {
    if (isBusy()) event.preventDefault();
  };
  globalThis.addEventListener('beforeunload', warn);
  return () => globalThis.removeEventListener('beforeunload', warn);
}
