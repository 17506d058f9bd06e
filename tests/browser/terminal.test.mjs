// SPDX-License-Identifier: MIT
// A device's terminal in the page: real shells and programs, drawn by xterm.js under the hub's policy.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { newPage, startBrowser } from './support/browser.mjs';
import * as person from './support/pages.mjs';
import { World } from './support/programs.mjs';
import * as terminal from './support/terminals.mjs';

let world;
let browser;
let kitchen;
let opened = [];

before(async () => {
  world = await World.start();
  browser = await startBrowser(terminal.webgl);
});
// With no shell of an earlier test.
beforeEach(async () => {
  kitchen = await world.startDevice('kitchen');
});
after(async () => {
  await browser?.close();
  await world?.stop();
});
// The page under test is one of several; none may have complained: of the policy, or of anything.
afterEach(async () => {
  const complaints = opened.flatMap((one) => one.complaints);
  for (const { context } of opened) await context.close();
  opened = [];
  await world.stopDevice(kitchen);
  assert.deepEqual(complaints, []);
});

async function openPage(options, on = browser) {
  const one = await newPage(on, options);
  opened.push(one);
  await one.page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
      console.error(`the policy was violated: ${violatedDirective} ${sample}`),
    );
  });
  await one.page.goto(world.link());
  return one.page;
}

async function openShell(options) {
  const page = await openPage(options);
  await terminal.openShell(page, 'kitchen');
  return page;
}

describe('a shell', () => {
  test('shows what is typed and what comes of it, drawn by WebGL', async () => {
    const page = await openShell();
    await terminal.run(page, 'echo $((6 * 7)) $TERM', /^42 xterm-256color$/m);
    assert.ok((await page.locator('.terminal-place canvas').count()) > 0);
    assert.equal(await page.locator('.xterm-rows').count(), 0);
  });

  test('is loaded only where one is looked at', async () => {
    const page = await openPage();
    await person.isConnected(page);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await person.isConnected(page);
    assert.ok(asked.some((url) => url.endsWith('.js')));
    const isLoaded = () =>
      page.evaluate(() => customElements.get('malinka-adopted-style') !== undefined);
    assert.equal(await isLoaded(), false);
    await terminal.openShell(page, 'kitchen');
    assert.equal(await isLoaded(), true);
  });

  test('has the size of its window, and follows it', async () => {
    const page = await openShell();
    const before = await terminal.cells(page);
    assert.ok(before.columns > 80 && before.rows > 12, JSON.stringify(before));
    await terminal.run(page, 'stty size', new RegExp(`^${before.rows} ${before.columns}$`, 'm'));
    await page.setViewportSize({ width: 900, height: 600 });
    await page.waitForFunction(
      (columns) => document.querySelector('.terminal-place').terminal.cols < columns,
      before.columns,
    );
    const now = await terminal.cells(page);
    await terminal.run(
      page,
      `until [ "$(stty size)" = "${now.rows} ${now.columns}" ]; do sleep 0.1; done; echo fol'lows'`,
      /^follows$/m,
    );
  });

  test('shows letters whole that come in two parts, and wide ones in two cells', async () => {
    const page = await openShell();
    const parts =
      "printf 'h\\303'; sleep 0.3; printf '\\251t \\360\\237'; sleep 0.3; printf '\\215\\223.\\n'";
    await terminal.run(page, parts, /^hét 🍓\.\n\$ $/m);
    assert.deepEqual((await terminal.cells(page)).widths.slice(0, 7), [1, 1, 1, 1, 2, 0, 1]);
    await terminal.run(page, "echo ü''ber", /^über$/m);
  });

  test('tells how it ended, and a new one is begun in its place', async () => {
    const page = await openShell();
    await terminal.type(page, 'exit 3\r');
    await terminal.isIn(page, 'over');
    await page.getByText('The shell ended: exit 3.').waitFor();
    await page.getByRole('button', { name: 'New session' }).click();
    await terminal.isIn(page, 'open');
    await terminal.type(page, 'kill -KILL $$\r');
    await page.getByText('The shell was ended by SIGKILL.').waitFor();
  });

  test('stays when another panel is looked at, or another terminal', async () => {
    const page = await openShell();
    await terminal.run(page, 'x=first; echo $x', /^first$/m);
    await page.getByRole('button', { name: 'Open another terminal' }).click();
    await page.locator('[aria-current="true"]', { hasText: 'Terminal 2' }).waitFor();
    await terminal.isIn(page, 'open');
    await terminal.shows(page, /[#$] $/m);
    await terminal.run(page, 'echo "[$x]"', /^\[\]$/m);
    await person.openPanel(page, 'About');
    await person.openPanel(page, 'Terminal');
    await page.getByRole('button', { name: 'Terminal 1', exact: true }).click();
    await terminal.shows(page, /^first$/m);
    await terminal.run(page, 'echo "[$x]"', /^\[first\]$/m);
  });

  test('is stopped by Ctrl-C at once while it floods the page, whose memory stays', async () => {
    const page = await openShell();
    await page.evaluate(() => {
      window.lines = 0;
      document.querySelector('.terminal-place').terminal.onLineFeed(() => window.lines++);
    });
    await terminal.type(page, 'yes "$(head -c 200 /dev/zero | tr "\\0" x)"\r');
    await page.waitForFunction(() => window.lines > 5000, undefined, { timeout: 60_000 });
    const heap = () => page.evaluate(() => performance.memory.usedJSHeapSize);
    assert.ok((await heap()) < 200e6, `${await heap()} bytes`);
    // What was on its way is still drawn: as much as a window and the device's queue have.
    const lines = () => page.evaluate(() => window.lines);
    const before = await lines();
    await page.keyboard.press('Control+c');
    await terminal.run(page, "clear; echo sto''pped", /^stopped$/m, 60_000);
    const bytes = ((await lines()) - before) * 202;
    assert.ok(bytes < 1_500_000, `${bytes} bytes`);
  });
});

describe('programs that fill the screen', () => {
  let page;
  let size;
  let file;

  async function start() {
    page = await openShell();
    size = await terminal.cells(page);
    file = join(world.folder, 'poem.txt');
    const lines = Array.from(
      { length: 200 },
      (_, at) => `${at + 1}\tbrambles ${'ü'.repeat(at % 40)} 🍓`,
    );
    await writeFile(file, `${lines.join('\n')}\n`);
  }

  test('vim is drawn as anywhere: text, tildes, status line, cursor', async () => {
    await start();
    const short = join(world.folder, 'short.txt');
    await writeFile(short, 'one\n\ttwo\nthree ü\n');
    await terminal.type(page, `vim -n ${short}\r`);
    await terminal.shows(page, /3L/);
    const drawn = await terminal.reference(size, '3L', 'vim', '-n', short);
    await terminal.drawsAs(page, drawn);
    const { lines, isAlternate } = await terminal.cells(page);
    assert.ok(isAlternate);
    assert.equal(lines[2], 'three ü');
    assert.ok(lines.slice(3, -1).every((line) => line.trimEnd() === '~'));
    await terminal.type(page, 'jAmore\x1b');
    await terminal.shows(page, /^ {8}twomore$[^]* 2,8-15 /m);
    assert.deepEqual((await terminal.cells(page)).cursor, [14, 1]);
    await terminal.type(page, ':q!\r');
    await terminal.shows(page, /^\$ $/m);
    assert.equal((await terminal.cells(page)).isAlternate, false);
  });

  test('less is drawn as anywhere, also after it has scrolled', async () => {
    await start();
    await terminal.type(page, `less ${file}\r`);
    await terminal.shows(page, /poem\.txt$/);
    await terminal.drawsAs(page, await terminal.reference(size, 'poem.txt', 'less', file));
    await terminal.type(page, 'G');
    await terminal.shows(page, /\(END\)$/);
    const end = await terminal.reference(size, '(END)', 'less', '+G', file);
    const { lines } = await terminal.cells(page);
    assert.deepEqual(lines.slice(0, -1), end.lines.slice(0, -1));
    await terminal.type(page, 'q');
    await terminal.shows(page, /^\$ $/m);
  });

  test('htop is drawn right: meters, the header of its columns, the line of its keys', async () => {
    await start();
    await terminal.type(page, 'htop\r');
    await terminal.shows(page, /F10Quit/);
    const { lines } = await terminal.cells(page);
    assert.ok(
      lines.some((line) => /^ +0\[[|# ]*.*%\]/.test(line)),
      lines.join('\n'),
    );
    const header = lines.findIndex((line) =>
      /^ +PID.?USER +PRI +NI +VIRT +RES +SHR S +CPU%/.test(line),
    );
    assert.ok(header > 1, lines.join('\n'));
    const column = lines[header].indexOf('PRI');
    for (const line of lines.slice(header + 1, -1))
      if (line.trim()) assert.match(line.slice(column, column + 3), /^ +\d*|^ RT$/);
    assert.match(
      lines.at(-1),
      /^F1Help +F2Setup +F3Search *F4Filter *F5Tree +F6SortBy *F7Nice -F8Nice \+F9Kill +F10Quit/,
    );
    // Of the row that is chosen every cell is coloured, to the end of the line.
    const chosen = await page.evaluate((row) => {
      const { terminal: it } = document.querySelector('.terminal-place');
      const line = it.buffer.active.getLine(row);
      return [0, it.cols - 1].map((at) => line.getCell(at).getBgColor());
    }, header + 1);
    assert.deepEqual(chosen, [6, 6]);
    await terminal.type(page, 'q');
    await terminal.shows(page, /^\$ $/m);
  });
});

describe('a terminal that is lost', () => {
  test('is taken up again through a hub restart, with what it showed', async () => {
    const page = await openShell();
    await terminal.run(page, 'kept=kept; seq 100', /^100$/m);
    await world.stopHub();
    await terminal.isIn(page, 'lost');
    await world.startHub(world.address);
    await terminal.isIn(page, 'open', 60_000);
    const { above } = await terminal.cells(page);
    assert.ok(above.includes('42'), above.join('\n'));
    await terminal.run(page, 'echo "[$kept]"', /^\[kept\]$/m);
  });

  test('is taken up again by the page that is loaded anew', async () => {
    const page = await openShell();
    await terminal.run(page, 'kept=over; seq 100', /^100$/m);
    await page.reload();
    await terminal.isIn(page, 'open');
    await terminal.shows(page, /^42\n43\n/m);
    await terminal.run(page, 'echo "[$kept]"', /^\[over\]$/m);
  });

  test('and has ended meanwhile says so, and another can be had', async () => {
    const page = await openShell();
    const file = join(world.folder, 'shell.pid');
    await terminal.run(page, `echo $$ > ${file}; echo wri''tten`, /^written$/m);
    await page.goto('about:blank');
    process.kill(Number(await readFile(file, 'utf8')), 'SIGKILL');
    await page.goto(world.url);
    await person.openPanel(page, 'Terminal');
    await page.getByText('This terminal has ended.').waitFor();
    await page.getByRole('button', { name: 'New session' }).click();
    await terminal.isIn(page, 'open');
  });
});

describe('two people at one terminal', () => {
  test('both see, one writes, and the other does once that one has left', async () => {
    const page = await openShell();
    const other = await openPage({ viewport: { width: 1000, height: 700 } });
    await person.openDevice(other, 'kitchen');
    await person.openPanel(other, 'Terminal');
    const session = await page.evaluate(
      () =>
        JSON.parse(
          sessionStorage.getItem(
            Object.keys(sessionStorage).find((key) => key.includes('terminals')),
          ),
        )[0].session,
    );
    await other
      .locator(`[data-session="${session}"]`)
      .getByRole('button', { name: 'Watch' })
      .click();
    await terminal.isIn(other, 'open');
    await other.getByText('Watching').waitFor();
    await page.getByText('1 other here').waitFor();
    await terminal.run(page, "echo se''en", /^seen$/m);
    await terminal.shows(other, /^seen$/m);
    const [mine, theirs] = [await terminal.cells(page), await terminal.cells(other)];
    assert.deepEqual([theirs.columns, theirs.rows], [mine.columns, mine.rows]);
    await terminal.type(other, 'echo not typed\r');
    await terminal.run(page, "echo la''ter", /^later$/m);
    await terminal.shows(other, /^later$/m);
    assert.doesNotMatch((await terminal.cells(page)).lines.join('\n'), /not typed/);
    await other.getByRole('button', { name: 'Write here' }).click();
    await other.getByText('Watching').waitFor();
    await page
      .getByRole('button', { name: /^Close / })
      .first()
      .click();
    await terminal.isIn(other, 'open');
    await other.getByRole('button', { name: 'Write here' }).click();
    await other.getByText('Watching').waitFor({ state: 'detached' });
    await terminal.run(other, "echo ta''ken", /^taken$/m);
  });
});

describe('what is pasted', () => {
  test('of one line is typed, of several is asked about first', async () => {
    const page = await openShell();
    await terminal.paste(page, "echo o''ne");
    await page.keyboard.press('Enter');
    await terminal.shows(page, /^one$/m);
    await terminal.paste(page, "echo t''wo\necho th''ree\n");
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Paste 2 lines?').waitFor();
    await dialog.getByText("echo t''wo").waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await terminal.run(page, "echo af''ter", /^after$/m);
    assert.doesNotMatch((await terminal.cells(page)).lines.join('\n'), /two/);
    await terminal.paste(page, "echo t''wo\necho th''ree\n");
    await dialog.getByRole('button', { name: 'Paste' }).click();
    await page.keyboard.press('Enter');
    await terminal.shows(page, /^three$/m);
  });

  test('with Ctrl+Shift+V comes from the clipboard, where Ctrl+Shift+C has put it', async () => {
    const page = await openShell({ permissions: ['clipboard-read', 'clipboard-write'] });
    await terminal.run(page, "echo 'echo pas''ted'", /^echo pasted$/m);
    await page.evaluate(() => {
      const { terminal: it } = document.querySelector('.terminal-place');
      it.select(0, it.buffer.active.baseY + it.buffer.active.cursorY - 1, 'echo pasted'.length);
    });
    await page.keyboard.press('Control+Shift+C');
    await page.waitForFunction(
      async () => (await navigator.clipboard.readText()) === 'echo pasted',
    );
    await page.keyboard.press('Control+Shift+V');
    await page.keyboard.press('Enter');
    await terminal.shows(page, /^pasted$/m);
  });
});

describe('by keyboard', () => {
  test('the terminal can be left, and text in it be found', async () => {
    const page = await openShell();
    const hasFocus = () =>
      page.evaluate(() => document.activeElement.classList.contains('xterm-helper-textarea'));
    await terminal.run(page, 'seq 1000', /^1000$/m);
    assert.ok(await hasFocus());
    await page.keyboard.press('Control+Shift+L');
    assert.equal(await hasFocus(), false);
    await page.keyboard.press('Tab');
    assert.equal(await hasFocus(), false);
    await terminal.type(page, '');
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('317');
    await page.waitForFunction(() => {
      const { terminal: it } = document.querySelector('.terminal-place');
      return it.getSelection() === '317' && it.buffer.active.viewportY < it.buffer.active.baseY;
    });
    await page.keyboard.type('x');
    await page.getByText('Not found').waitFor();
    await page.keyboard.press('Escape');
    assert.ok(await hasFocus());
  });

  test('and by a screen reader it is read as lines', async () => {
    const page = await openShell();
    await page.getByRole('button', { name: 'Read out by a screen reader' }).click();
    await terminal.run(page, "echo spo''ken", /^spoken$/m);
    await page
      .getByRole('listitem')
      .filter({ hasText: /^spoken$/ })
      .waitFor({ state: 'attached' });
  });
});

describe('a touch screen', () => {
  test('has the keys that its keyboard lacks', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const page = await openShell(phone);
    const keys = page.getByRole('toolbar', { name: 'Keys' });
    await terminal.type(page, "sleep 1000; echo not rea''ched");
    await page.keyboard.press('Enter');
    await keys.getByRole('button', { name: 'Ctrl' }).tap();
    await page.keyboard.type('c');
    await terminal.shows(page, /\^C\n\$ $/m);
    assert.equal(
      await keys.getByRole('button', { name: 'Ctrl' }).getAttribute('aria-pressed'),
      'false',
    );
    await terminal.run(page, "echo ag''ain", /^again$/m);
    await keys.getByRole('button', { name: 'Arrow up' }).tap();
    await page.keyboard.type("; echo to''o\r");
    await terminal.shows(page, /^again\ntoo$/m);
    await page.keyboard.type('echo $HOM');
    await keys.getByRole('button', { name: 'Tab' }).tap();
    await terminal.shows(page, /echo \$HOME/);
    assert.equal(await person.isTooWide(page), false);
  });

  test('and its bar is not there with a mouse', async () => {
    const page = await openShell();
    assert.equal(await page.getByRole('toolbar', { name: 'Keys' }).isVisible(), false);
  });
});

describe('hostile output', () => {
  const tame = 'printf "\\033c"; clear; echo un"harmed"';

  test('opens no page that is not of the web, and asks before one behind other words', async () => {
    const page = await openShell();
    const link = (address, text) => `\\033]8;;${address}\\033\\\\${text}\\033]8;;\\033\\\\`;
    await terminal.run(
      page,
      `clear; printf '${link('javascript:alert(1)', 'first')}\\n${link('https://example.org/', 'second')}\\n'; echo th''ird`,
      /^first\nsecond\nthird$/m,
    );
    const pages = [];
    page.context().on('page', (one) => pages.push(one.url()));
    await clickCell(page, 2, 0);
    await clickCell(page, 2, 1);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('https://example.org/').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.deepEqual(pages, []);
    assert.equal(await page.evaluate(() => window.opener), null);
  });

  test('writes nothing to the clipboard and reads nothing from it', async () => {
    const page = await openShell({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.evaluate(() => navigator.clipboard.writeText('mine'));
    await terminal.run(
      page,
      "printf '\\033]52;c;aGFybQ==\\007\\033]52;c;?\\007'; echo do''ne",
      /^done\n\$ $/m,
    );
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'mine');
  });

  test('makes no title that is long or is more than text', async () => {
    const page = await openShell();
    await terminal.run(
      page,
      `printf '\\033]0;<img src=x onerror=window.__pwned=1>\\007'; echo do''ne`,
      /^done$/m,
    );
    await page
      .getByRole('button', { name: '<img src=x onerror=window.__pwned=1>', exact: true })
      .waitFor();
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
    await terminal.run(
      page,
      `printf '\\033]0;%s\\007' "$(head -c 3000000 /dev/zero | tr '\\0' t)"; ${tame}`,
      /^unharmed$/m,
    );
    const title = page
      .getByRole('list', { name: 'Terminals of this page' })
      .locator('[aria-current=true]');
    assert.ok((await title.textContent()).length < 100);
    assert.equal(await person.isTooWide(page), false);
  });

  test('fills no memory: by a repetition without end, by a sequence that never ends', async () => {
    const page = await openShell();
    const heap = () => page.evaluate(() => performance.memory.usedJSHeapSize);
    const endless = [...'bILMSTZ@PX'].map((final) => `x\\033[2147483647${final}`).join('');
    await terminal.run(page, `printf '${endless}'; ${tame}`, /^unharmed$/m);
    await terminal.run(
      page,
      `printf '\\033P'; head -c 30000000 /dev/zero | tr '\\0' d; ${tame}`,
      /^unharmed$/m,
      60_000,
    );
    assert.ok((await heap()) < 200e6, `${await heap()} bytes`);
  });

  test('piles no marks without end on one letter', async () => {
    const page = await openShell();
    const file = join(world.folder, 'marks.txt');
    await writeFile(file, `e${'\u0301'.repeat(50_000)}\n`);
    await terminal.run(page, `cat ${file}; echo do''ne`, /^done$/m, 60_000);
    const most = await page.evaluate(() => {
      const { terminal: it } = document.querySelector('.terminal-place');
      const of = (row) => [...Array(it.cols).keys()].map((at) => row.getCell(at).getChars().length);
      const rows = [...Array(it.buffer.active.length).keys()];
      return Math.max(...rows.flatMap((row) => of(it.buffer.active.getLine(row))));
    });
    assert.equal(most, 31);
  });

  test('does not wear the page down with colours or links', async () => {
    const page = await openShell();
    const file = join(world.folder, 'changes.txt');
    const changes = Array.from({ length: 100_000 }, (_, at) =>
      [`\x1b]4;1;#${String(at).padStart(6, '0')}\x07`, `\x1b]8;;http://${at}/\x07a\x1b[D`].join(''),
    );
    await writeFile(file, changes.join(''));
    await terminal.run(page, `cat ${file}; ${tame}`, /^unharmed$/m, 60_000);
    const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
    assert.ok(heap < 150e6, `${heap} bytes`);
  });

  test('of no meaning at all leaves the terminal as good as new', async () => {
    const page = await openShell();
    const file = join(world.folder, 'noise.bin');
    await writeFile(file, noise(30_000));
    await terminal.run(page, `cat ${file}; printf '\\030'; ${tame}`, /^unharmed$/m, 60_000);
  });

  test('neither moves nor asks the window', async () => {
    const page = await openShell();
    const { columns } = await terminal.cells(page);
    await terminal.run(
      page,
      `printf '\\033[8;10;20t\\033[21t\\033[18t'; echo do''ne`,
      /^done\n\$ $/m,
    );
    assert.equal((await terminal.cells(page)).columns, columns);
  });
});

describe('without WebGL', () => {
  test('elements draw it, in its colours, under the same policy', async () => {
    const plain = await startBrowser(['--disable-3d-apis']);
    try {
      const page = await openPage({}, plain);
      await terminal.openShell(page, 'kitchen');
      await terminal.run(
        page,
        "printf '\\033[38;2;10;120;200mco%slour\\033[0m \\033[31mred\\033[0m\\n' ''",
        /^colour red$/m,
      );
      const colour = (text) =>
        page
          .locator('.xterm-rows span', { hasText: text })
          .last()
          .evaluate((one) => getComputedStyle(one).color);
      await page.locator('.xterm-rows span', { hasText: /^colour$/ }).waitFor();
      assert.equal(await colour(/^colour$/), 'rgb(10, 120, 200)');
      assert.equal(await colour(/^red$/), 'rgb(179, 38, 30)');
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForFunction(() =>
        [...document.querySelectorAll('.xterm-rows span')].some(
          (one) => getComputedStyle(one).color === 'rgb(255, 143, 133)',
        ),
      );
    } finally {
      await plain.close();
    }
  });

  test('that is taken away it goes on', async () => {
    const page = await openShell();
    await page.evaluate(() => {
      for (const canvas of document.querySelectorAll('.terminal-place canvas'))
        canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    });
    await page.locator('.xterm-rows').waitFor();
    await terminal.run(page, "echo go''es on", /^goes on$/m);
    await page.locator('.xterm-rows').getByText('goes on', { exact: true }).waitFor();
  });
});

test('what the device’s policy denies is shown as denied', async () => {
  const config = join(world.folder, 'denied.toml');
  await writeFile(config, '[policy.terminal]\nlevel = "deny"\n');
  await world.startDevice('hall', undefined, ['--config', config]);
  const page = await openPage();
  await person.openDevice(page, 'hall');
  await page.getByRole('tab', { name: 'Terminal (denied)' }).click();
  await page
    .getByText(/policy/)
    .first()
    .waitFor();
  assert.equal(await page.getByRole('button', { name: 'Open a terminal' }).count(), 0);
});

/** Control sequences in pieces, the same each time. */
function noise(count) {
  const parts =
    '\x1b[ \x1b] \x1bP \x1b\\ ? > ; 2147483647 0 1 7 25 1049 \x07 \x9b \x1b#8 \x1b(0 \x0e \r \n é 木 🍓 \u0301 \u202e h l m H J K r s u q t $p !p \x1bc'.split(
      ' ',
    );
  let state = 1;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const pick = () => (next(4) ? parts[next(parts.length)] : String.fromCharCode(next(256)));
  return Array.from({ length: count }, pick).join('');
}

/** A click in the middle of a cell of the screen. */
async function clickCell(page, column, row) {
  const box = await page.locator('.xterm-screen').boundingBox();
  const { columns, rows } = await terminal.cells(page);
  const x = box.x + ((column + 0.5) * box.width) / columns;
  const y = box.y + ((row + 0.5) * box.height) / rows;
  await page.mouse.move(x, y);
  await page.mouse.move(x + 1, y);
  await page.mouse.click(x, y);
}
