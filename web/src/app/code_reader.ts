// SPDX-License-Identifier: MIT
// Reads codes out of pictures with the browser's own BarcodeDetector, which TypeScript does not know
// and some browsers do not have.

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: readonly string[] }) => Detector;

export type CodeReader = (video: HTMLVideoElement) => Promise<readonly string[]>;

/** Undefined where the browser cannot. */
export function codeReader(): CodeReader | undefined {
  const found = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (found === undefined) return undefined;
  let detector: Detector;
  try {
    detector = new found({ formats: ['qr_code'] });
  } catch {
    return undefined;
  }
  // A picture that is not there yet is an error of the detector's.
  return async (video) =>
    (await detector.detect(video).catch(() => [])).map(({ rawValue }) => rawValue);
}
