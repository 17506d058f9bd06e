// SPDX-License-Identifier: MIT
// What a person does at a terminal in the page, and what its cells hold.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import * as person from './pages.mjs';

/** Software draws WebGL where there is no card. */
export const webgl = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

const frame = 'section[data-state]';

/** Waits until the terminal that is shown is in this state: opening, open, lost or over. */
export async function isIn(page, state, timeout = 15_000) {
  await page.locator(`${frame}[data-state="${state}"]`).waitFor({ timeout });
}

export async function openTerminal(page, device) {
  await person.openDevice(page, device);
  await person.openPanel(page, 'Terminal');
  await page.getByRole('button', { name: 'Open a terminal' }).click();
  await isIn(page, 'open');
}

/** With a prompt that is the same everywhere, on an empty screen. */
export async function openShell(page, device) {
  await openTerminal(page, device);
  await type(page, "PS1='$ '; clear; echo rea''dy\r");
  await shows(page, /^ready\n\$ $/m);
}

export async function type(page, text) {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(text);
}

/** A line whose echo differs from what it prints. */
export async function run(page, command, expected, timeout) {
  await type(page, `${command}\r`);
  await shows(page, expected, timeout);
}

/** What the terminal's own buffer holds: the lines, those above as well, and where the cursor is. */
export function cells(page) {
  return page.evaluate(() => {
    const { terminal } = document.querySelector('.terminal-place');
    const buffer = terminal.buffer.active;
    const widthsOf = (line) =>
      Array.from({ length: terminal.cols }, (_, at) => line.getCell(at).getWidth());
    const lines = Array.from({ length: buffer.length }, (_, at) =>
      buffer.getLine(at).translateToString(true),
    );
    return {
      columns: terminal.cols,
      // Of each cell of the line above the cursor's.
      widths: widthsOf(buffer.getLine(Math.max(0, buffer.baseY + buffer.cursorY - 1))),
      rows: terminal.rows,
      above: lines.slice(0, buffer.baseY),
      lines: lines.slice(buffer.baseY),
      cursor: [buffer.cursorX, buffer.cursorY],
      isAlternate: buffer.type === 'alternate',
    };
  });
}

/** Waits until what is shown, or stands above it, matches. */
export async function shows(page, pattern, timeout = 15_000) {
  const { source, flags } = pattern;
  await page
    .waitForFunction(
      ([text, how]) => {
        const { terminal } = document.querySelector('.terminal-place') ?? {};
        if (!terminal) return false;
        const buffer = terminal.buffer.active;
        const lines = Array.from({ length: buffer.length }, (_, at) =>
          buffer.getLine(at).translateToString(true),
        );
        // A prompt's last space belongs to it.
        const cursor = buffer.baseY + buffer.cursorY;
        lines[cursor] = lines[cursor].padEnd(buffer.cursorX);
        return new RegExp(text, how).test(lines.join('\n'));
      },
      [source, flags],
      { timeout },
    )
    .catch(async (error) => {
      throw new Error(`never showed ${pattern}: ${JSON.stringify(await cells(page))}`, {
        cause: error,
      });
    });
}

/** As the browser gives what is in the clipboard to whoever has the focus. */
export async function paste(page, text) {
  await page.locator('.xterm-helper-textarea').evaluate((field, content) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', content);
    const how = { clipboardData, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent('paste', how));
  }, text);
}

/** What the same program draws on a terminal of the same size that is not ours. */
export async function reference(size, until, ...command) {
  const script = fileURLToPath(new URL('reference_terminal.py', import.meta.url));
  const options = [String(size.columns), String(size.rows), until, ...command];
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, ...options]);
  return JSON.parse(stdout);
}

export async function drawsAs(page, { lines, cursor }) {
  const drawn = await cells(page);
  assert.deepEqual(
    drawn.lines.map((line) => line.trimEnd()),
    lines,
  );
  assert.deepEqual(drawn.cursor, cursor);
}
