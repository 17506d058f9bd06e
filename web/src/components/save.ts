// SPDX-License-Identifier: MIT
// Hands bytes to the browser's downloads.

/** How long the browser may take to begin reading what it was given. */
const readMilliseconds = 60_000;

export function saveAs(name: string, parts: BlobPart[]): void {
  // Never the type that the device claims: the browser shall save it, not show it.
  const content = new Blob(parts, { type: 'application/octet-stream' });
  const anchor = document.createElement('a');
  anchor.href = URL.createObjectURL(content);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), readMilliseconds);
}
