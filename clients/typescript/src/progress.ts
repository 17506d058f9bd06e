// SPDX-License-Identifier: MIT
// How much of a large message has left this machine: told again and again until its answer is there.

const progressMilliseconds = 100;

/** `waiting` is how many bytes have not left, of this message and of those before it. */
export function watchSending(
  totalBytes: number,
  waiting: () => number,
  onProgress: (sentBytes: number, totalBytes: number) => void,
  answered: Promise<unknown>,
): void {
  const tell = () => onProgress(totalBytes - Math.min(totalBytes, waiting()), totalBytes);
  tell();
  const timer = setInterval(tell, progressMilliseconds);
  void answered.then(() => clearInterval(timer));
}
