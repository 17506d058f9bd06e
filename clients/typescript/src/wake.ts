// SPDX-License-Identifier: MIT
// The moments in which a page should look at once whether its connection still lives.

/** Calls back when the network returns or the page is seen again; never where there is no page. */
export function onWake(callback: () => void): () => void {
  if (typeof document === 'undefined') return () => {};
  const onVisibility = () => {
    if (document.visibilityState === 'visible') callback();
  };
  globalThis.addEventListener('online', callback);
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    globalThis.removeEventListener('online', callback);
    document.removeEventListener('visibilitychange', onVisibility);
  };
}
