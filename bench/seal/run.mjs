// SPDX-License-Identifier: MIT
// What sealing costs one who receives: a message of 64 KiB through all of the client's path, beside
// libsodium's bare opening of the same box. They take turns; the ratio is the median of the rounds'
// own. Ends with 1 when it is above the target.
//   node bench/seal/run.mjs [--quick] [--json FILE]

import { writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bundled } from '../../tools/bundle.mjs';

const bytes = 64 * 1024;
const ratioMax = 1.5;
const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 41 : 101;
const messages = 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const { contest } = await bundled('bench/seal/opening.ts');
const { seal, openBare, openOurs } = await contest(bytes);
// What was asked to begin with is on its way; the compiler warms up.
await new Promise((resolve) => setImmediate(resolve));
for (let round = 0; round < 5; round++) {
  const sealed = seal(messages);
  openBare(sealed);
  openOurs(sealed);
}

const bare = [];
const ours = [];
/** What the other, and the sealing, left behind is not collected in this one's time. */
const timed = (open, sealed) => {
  collect();
  return open(sealed);
};
for (let round = 0; round < rounds; round++) {
  const sealed = seal(messages);
  const isFirst = round % 2 === 0;
  if (isFirst) bare.push(timed(openBare, sealed));
  ours.push(timed(openOurs, sealed));
  if (!isFirst) bare.push(timed(openBare, sealed));
}
const perMessage = (times) => times.map((time) => (time * 1000) / messages);
const ratios = ours.map((time, round) => time / bare[round]);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const row = (subject, metric, runs) => ({
  workload: 'seal',
  subject,
  peer: false,
  bytes,
  metric,
  median: median(runs),
  runs,
});
const rows = [
  row('malinka-typescript', 'us_per_message', perMessage(ours)),
  row('bare-libsodium', 'us_per_message', perMessage(bare)),
  row('malinka-typescript', 'ratio_to_bare', ratios),
];
const file = process.argv[process.argv.indexOf('--json') + 1];
if (process.argv.includes('--json') && file) await writeFile(file, `${JSON.stringify(rows)}\n`);
const [us, them, ratio] = rows.map((one) => one.median);
console.log(
  `seal: 64 KiB opened in ${us.toFixed(0)} us, by libsodium alone in ${them.toFixed(0)} us: ` +
    `x ${ratio.toFixed(2)} (target ${ratioMax})`,
);
process.exitCode = ratio <= ratioMax ? 0 : 1;
