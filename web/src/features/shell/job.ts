// SPDX-License-Identifier: MIT
// A command that runs on a device beside the message that asked for it (shell.jobs), checked field by
// field.

import { isList, isObject, member, numberMember, stringMember } from '@malinka/client';
import type { Json } from '@malinka/client';
import { decodeEnd, verdictOf, type Verdict } from './output.ts';

export interface Job {
  readonly id: string;
  readonly command: string;
  /** By Date.now(). */
  readonly startedAt: number;
  readonly isRunning: boolean;
  readonly isDetached: boolean;
  /** Undefined while it runs. */
  readonly verdict: Verdict | undefined;
  readonly outputBytes: number;
}

/** More than a device keeps. */
const jobsMax = 64;
const commandLettersMax = 1024;

export function decodeJobs(value: Json | undefined): readonly Job[] {
  const jobs = isObject(value) ? member(value, 'jobs') : undefined;
  if (!isList(jobs)) return [];
  return jobs
    .slice(0, jobsMax)
    .map(decodeJob)
    .filter((job) => job !== undefined);
}

function decodeJob(value: Json): Job | undefined {
  const id = isObject(value) ? stringMember(value, 'job') : undefined;
  if (!isObject(value) || id === undefined || !/^[0-9a-z]{1,32}$/.test(id)) return undefined;
  const isRunning = stringMember(value, 'state') === 'running';
  const startedAt = Date.parse(stringMember(value, 'started') ?? '');
  return {
    id,
    command: (stringMember(value, 'command') ?? '').slice(0, commandLettersMax),
    startedAt: Number.isNaN(startedAt) ? 0 : startedAt,
    isRunning,
    isDetached: member(value, 'detached') === true,
    verdict: isRunning ? undefined : verdictOf({ code: 0 }, decodeEnd(value)),
    outputBytes: numberMember(value, 'outputBytes') ?? 0,
  };
}
