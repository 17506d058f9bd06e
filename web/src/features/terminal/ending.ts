// SPDX-License-Identifier: MIT
// How a shell ended, as the device's end of its stream tells it.

import { isObject, numberMember, type Json } from '@malinka/client';

/** Those that people meet; the others are told by number. */
const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

export function wordsOfEnding(value: Json | undefined): string {
  const end = isObject(value) ? value : {};
  const [exitCode, signal] = [numberMember(end, 'exitCode'), numberMember(end, 'signal')];
  if (exitCode !== undefined) return `The shell ended: exit ${exitCode}.`;
  if (signal === undefined) return 'The shell ended.';
  return `The shell was ended by ${signalNames[signal] ?? `signal ${signal}`}.`;
}
