// SPDX-License-Identifier: MIT
// The files of a real device in the page: whole folders up and down, previews, searching, renaming,
// deleting, and folders of very many entries.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { beforeEach, describe, test } from 'node:test';
import * as person from './support/pages.mjs';
import { openPage, page, setScene, world } from './support/scene.mjs';

/** What the device offers. */
let root;
/** On the person's machine. */
let here;

setScene(async () => {
  root = join(world.folder, 'offered');
  await mkdir(root);
  await world.startDeviceWithFolder('kitchen', root);
});

let tests = 0;
beforeEach(async () => {
  here = join(world.folder, `here-${++tests}`);
  await mkdir(here);
});

/** Opens a folder of this name on the device, which is made with these files, and waits for it. */
async function openFolder(name, files = {}) {
  await write(join(root, name), files);
  await page.goto(world.link());
  await person.openDevice(page, 'kitchen');
  await person.openFirstRoot(page);
  await search(name);
  await row(name).locator('button.open').click();
  await page.getByRole('navigation', { name: 'Folder' }).getByText(name).waitFor();
  await page.locator('[aria-busy=false]').waitFor();
}

async function write(folder, files) {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith('/')) await mkdir(join(folder, path), { recursive: true });
    else {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  }
}

/** Each path below a folder, with the hash of what is there. */
async function contentOf(folder) {
  const content = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    content[relative(folder, path)] = entry.isDirectory()
      ? 'folder'
      : createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
  }
  return content;
}

const row = (name) => person.row(page, name);
const grid = () => page.getByRole('grid');
const transfer = (name, state) => page.locator(`li[data-state="${state}"]`, { hasText: name });
const field = () => page.getByLabel('Search in this folder');
const search = (words) => field().fill(words);
const names = async () =>
  (await page.locator('tbody .one-line:first-child').allInnerTexts()).map((name) => name.trim());

/** As from a folder of the desktop. */
async function drop(...paths) {
  const session = await page.context().newCDPSession(page);
  const { x, y, height } = await page.locator('.zone').boundingBox();
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  const place = { x: x + 50, y: y + height - 10, data };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await session.send('Input.dispatchDragEvent', { type, ...place });
}

/** 300 small files, a large one and an empty folder, in folders. */
function manyFiles() {
  const files = { 'empty/': '', 'a/b/c/empty too/': '', 'large.bin': randomBytes(3_000_000) };
  for (let number = 0; number < 300; number++)
    files[`part ${number % 7}/ä ${number}.txt`] = `file ${number}\n`.repeat(number);
  return files;
}

/** In place of the window in which a person chooses a folder: one that the page has by itself. */
function chooseFolder() {
  return page.evaluate(() => {
    globalThis.showDirectoryPicker = () => navigator.storage.getDirectory();
  });
}

/** The same as contentOf(), of the folder that chooseFolder() chose. */
function contentOfChosen(name) {
  return page.evaluate(async (top) => {
    const content = {};
    async function add(folder, above) {
      for await (const child of folder.values()) {
        const path = above === '' ? child.name : `${above}/${child.name}`;
        if (child.kind === 'directory') {
          content[path] = 'folder';
          await add(child, path);
          continue;
        }
        const bytes = await (await child.getFile()).arrayBuffer();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        content[path] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      }
    }
    const chosen = await navigator.storage.getDirectory();
    await add(await chosen.getDirectoryHandle(top), '');
    return content;
  }, name);
}

describe('a folder', () => {
  test('that is dropped arrives as it is, with its empty folders', async () => {
    await write(join(here, 'album'), manyFiles());
    await openFolder('dropped');
    await drop(join(here, 'album'));
    await transfer('album', 'done').waitFor();
    assert.deepEqual(
      await contentOf(join(root, 'dropped/album')),
      await contentOf(join(here, 'album')),
    );
    await row('album').waitFor();
  });

  test('that is chosen where the browser has a list only arrives as well', async () => {
    await write(join(here, 'listed'), { 'a/one.txt': 'one', 'two.txt': 'two' });
    await openFolder('chosen');
    await page.evaluate(() => delete globalThis.showDirectoryPicker);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Upload a folder' }).click();
    await (await chooser).setFiles(join(here, 'listed'));
    await transfer('listed', 'done').waitFor();
    assert.deepEqual(
      await contentOf(join(root, 'chosen/listed')),
      await contentOf(join(here, 'listed')),
    );
  });

  test('some of whose files are there asks once, and each wish counts for all', async () => {
    const there = { 'album/1.txt': 'old', 'album/2.txt': 'old', 'album/a/3.txt': 'old' };
    await write(join(here, 'album'), {
      '1.txt': 'new',
      '2.txt': 'new',
      'a/3.txt': 'new',
      '4.txt': 'new',
    });
    await openFolder('conflicts', there);
    await drop(join(here, 'album'));
    await page.getByRole('button', { name: 'Skip those' }).click();
    await transfer('3 skipped', 'done').waitFor();
    assert.equal(await readFile(join(root, 'conflicts/album/a/3.txt'), 'utf8'), 'old');
    assert.equal(await readFile(join(root, 'conflicts/album/4.txt'), 'utf8'), 'new');
    await page.getByRole('button', { name: 'Clear' }).click();
    await drop(join(here, 'album'));
    await page.getByRole('button', { name: 'Replace all' }).click();
    await transfer('album', 'done').waitFor();
    assert.equal(await readFile(join(root, 'conflicts/album/a/3.txt'), 'utf8'), 'new');
  });

  test('waits when it is told to, goes on, and says what of it was not taken', async () => {
    await write(join(here, 'big'), {
      'a.bin': randomBytes(60_000_000),
      'b.txt': 'b',
      'taken/c.txt': 'c',
    });
    await openFolder('waits', { 'big/taken': 'a file' });
    await drop(join(here, 'big'));
    await page.getByRole('button', { name: 'Pause big' }).click();
    await transfer('paused at', 'paused').waitFor();
    await page.getByRole('button', { name: 'Resume big' }).click();
    await transfer('2 of 3 files', 'failed').waitFor();
    await page.getByRole('button', { name: 'Details of big' }).click();
    await page.getByRole('list', { name: 'Not taken' }).getByText('taken/c.txt').waitFor();
    assert.deepEqual(
      (await readFile(join(root, 'waits/big/a.bin'))).equals(
        await readFile(join(here, 'big/a.bin')),
      ),
      true,
    );
  });

  test('is downloaded into the one that the person chose', async () => {
    await openFolder('down');
    await write(join(root, 'down/album'), manyFiles());
    await symlink('/etc/passwd', join(root, 'down/album/link'));
    await page.getByRole('button', { name: 'List again' }).click();
    await row('album').waitFor();
    await chooseFolder();
    await row('album').getByRole('button', { name: 'Download' }).click();
    await transfer('1 not taken', 'failed').waitFor();
    await page.getByRole('button', { name: 'Details of album' }).click();
    await page.getByText('it is a link, and links are not followed').waitFor();
    const expected = await contentOf(join(root, 'down/album'));
    delete expected.link;
    assert.deepEqual(await contentOfChosen('album'), expected);
  });

  test('is saved as one archive where the browser cannot write folders', async () => {
    await openFolder('packed');
    await write(join(root, 'packed/album'), manyFiles());
    await page.getByRole('button', { name: 'List again' }).click();
    await row('album').waitFor();
    await page.evaluate(() => delete globalThis.showDirectoryPicker);
    const download = page.waitForEvent('download');
    await row('album').getByRole('button', { name: 'Download' }).click();
    const archive = await (await download).path();
    assert.equal((await download).suggestedFilename(), 'album.zip');
    execFileSync('python3', ['-m', 'zipfile', '-t', archive]);
    execFileSync('python3', ['-m', 'zipfile', '-e', archive, here]);
    assert.deepEqual(
      await contentOf(join(here, 'album')),
      await contentOf(join(root, 'packed/album')),
    );
  });

  test('that is cancelled leaves what has arrived, and nothing goes on', async () => {
    await write(join(here, 'gone'), { 'a.bin': randomBytes(100_000_000), 'z.txt': 'z' });
    await openFolder('cancelled');
    await drop(join(here, 'gone'));
    await page.getByRole('button', { name: 'Cancel gone' }).click();
    await transfer('gone', 'cancelled').waitFor();
    await write(join(here, 'next'), { 'n.txt': 'n' });
    await drop(join(here, 'next'));
    await transfer('next', 'done').waitFor();
    assert.equal(await readFile(join(root, 'cancelled/next/n.txt'), 'utf8'), 'n');
    assert.equal((await readdir(join(root, 'cancelled/gone'))).includes('a.bin'), false);
  });

  test('warns before the page is closed while it is on its way', async () => {
    await write(join(here, 'slow'), { 'a.bin': randomBytes(200_000_000) });
    await openFolder('closing');
    await drop(join(here, 'slow'));
    await page.getByRole('button', { name: 'Pause slow' }).waitFor();
    // What browsers tell a page before they close it, and ask the person where it objects.
    const objects = () =>
      page.evaluate(() => {
        const event = new Event('beforeunload', { cancelable: true });
        window.dispatchEvent(event);
        return event.defaultPrevented;
      });
    assert.equal(await objects(), true);
    await page.getByRole('button', { name: 'Cancel slow' }).click();
    await page.getByRole('button', { name: 'Pause slow' }).waitFor({ state: 'detached' });
    assert.equal(await objects(), false);
  });
});

describe('a preview', () => {
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const drawing =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="window.__pwned=1">' +
    '<script>window.__pwned=2</script><style>@import url("http://hub.test/x.css");</style>' +
    '<image href="http://hub.test/x.png"/><foreignObject><img xmlns="http://www.w3.org/1999/xhtml"' +
    ' src="x" onerror="window.__pwned=3"/></foreignObject><rect width="40" height="40"/></svg>';
  const markup = '<img src=x onerror="window.__pwned=4"><script>window.__pwned=5</script>\n';
  const dialog = () => page.locator('dialog.preview');
  const show = (name) => row(name).locator('button.open').click();

  /** Half a second of silence. */
  function sound() {
    const samples = 4000;
    const wave = Buffer.alloc(44 + samples, 0x80);
    wave.write('RIFF', 0);
    wave.writeUInt32LE(36 + samples, 4);
    wave.write('WAVEfmt ', 8);
    for (const [at, value] of [
      [16, 16],
      [24, 8000],
      [28, 8000],
      [40, samples],
    ])
      wave.writeUInt32LE(value, at);
    for (const [at, value] of [
      [20, 1],
      [22, 1],
      [32, 1],
      [34, 8],
    ])
      wave.writeUInt16LE(value, at);
    wave.write('data', 36);
    return wave;
  }

  test('of pictures, drawings, sound and text is shown, and the arrows go on to the next', async () => {
    await openFolder('shown', {
      '1.png': pixel,
      '2.svg': drawing,
      '3.wav': sound(),
      '4.html': markup,
      '5.bin': randomBytes(5000),
      'folder/': '',
    });
    await show('1.png');
    await dialog().locator('img').waitFor();
    assert.equal(
      await dialog()
        .locator('img')
        .evaluate((image) => image.decode().then(() => image.naturalWidth)),
      1,
    );
    await page.keyboard.press('ArrowRight');
    await dialog().getByRole('heading', { name: '2.svg' }).waitFor();
    await dialog().locator('img.drawing').waitFor();
    assert.equal(
      await dialog()
        .locator('img')
        .evaluate((image) => image.decode().then(() => image.naturalWidth)),
      40,
    );
    await page.keyboard.press('ArrowRight');
    await dialog().locator('audio').waitFor();
    await page.waitForFunction(() => document.querySelector('audio')?.duration === 0.5);
    await page.keyboard.press('ArrowRight');
    assert.equal(await dialog().locator('pre').innerText(), markup);
    await page.keyboard.press('ArrowRight');
    await dialog().getByText('It is not text').waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog().getByRole('heading', { name: '5.bin' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await dialog().locator('pre').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.role === 'grid');
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
  });

  test('of a long text is its beginning, and says that more follows', async () => {
    await openFolder('long', { 'long.log': 'grüße\n'.repeat(1_000_000) });
    await show('long.log');
    await dialog().getByText('The first 256 KiB: more follows.').waitFor();
    assert.ok((await dialog().locator('pre').innerText()).length < 300_000);
    const wrap = () =>
      dialog()
        .locator('pre')
        .evaluate((element) => getComputedStyle(element).whiteSpace);
    assert.equal(await wrap(), 'pre-wrap');
    await page.keyboard.press('PageDown');
    await page.waitForFunction(() => document.querySelector('dialog pre').scrollTop > 0);
    await dialog().getByLabel('Wrap lines').uncheck();
    assert.equal(await wrap(), 'pre');
  });

  test('of a large picture waits for the person’s word, and a damaged one says so', async () => {
    await openFolder('large', {
      'large.png': Buffer.alloc(40 * 1024 * 1024),
      'damaged.jpg': 'no picture',
    });
    await show('large.png');
    await dialog().getByText('It has 40 MiB').waitFor();
    await dialog().getByRole('button', { name: 'Show it all the same' }).click();
    await dialog().getByText('This browser cannot show it').waitFor();
    await page.keyboard.press('ArrowLeft');
    await dialog().getByRole('heading', { name: 'damaged.jpg' }).waitFor();
    await dialog().getByText('This browser cannot show it').waitFor();
  });

  test('gives back what it took', async () => {
    await openFolder('returned', { '1.png': pixel, '2.png': pixel });
    await page.evaluate(() => {
      globalThis.urls = new Set();
      const { createObjectURL, revokeObjectURL } = URL;
      URL.createObjectURL = (blob) => {
        const url = createObjectURL.call(URL, blob);
        globalThis.urls.add(url);
        return url;
      };
      URL.revokeObjectURL = (url) => {
        globalThis.urls.delete(url);
        revokeObjectURL.call(URL, url);
      };
    });
    await show('1.png');
    await dialog().locator('img').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => globalThis.urls.size === 1);
    await dialog().locator('img').waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => globalThis.urls.size === 0);
  });
});

describe('the list', () => {
  test('is searched as one types, whatever case and accents, and Escape shows all again', async () => {
    await openFolder('search', {
      'Café.txt': '',
      'cafeteria.md': '',
      'tea.txt': '',
      '.hidden café': '',
    });
    await grid().focus();
    await page.keyboard.type('CAFE');
    await page.getByRole('status').getByText('2 of 3 found').waitFor();
    assert.deepEqual(await names(), ['Café.txt', 'cafeteria.md']);
    assert.deepEqual(await page.locator('mark').allInnerTexts(), ['Café', 'cafe']);
    await page.getByLabel('Hidden files').check();
    await page.getByRole('status').getByText('3 of 4 found').waitFor();
    await field().press('Escape');
    assert.equal((await names()).length, 4);
  });

  test('is renamed in place, and a name that is taken is told', async () => {
    await openFolder('rename', { 'report.final.txt': 'x', 'taken.txt': 'y' });
    await grid().focus();
    await page.keyboard.press('F2');
    const name = page.getByLabel('New name of report.final.txt');
    const chosen = await name.evaluate((input) =>
      input.value.slice(input.selectionStart, input.selectionEnd),
    );
    assert.equal(chosen, 'report.final');
    await name.fill('taken.txt');
    await name.press('Enter');
    await page
      .getByRole('alert')
      .getByText('There is already something called “taken.txt”')
      .waitFor();
    await name.press('Escape');
    await page.keyboard.press('F2');
    await page.keyboard.type('new');
    await page.keyboard.press('Enter');
    await row('new.txt').waitFor();
    assert.deepEqual((await readdir(join(root, 'rename'))).sort(), ['new.txt', 'taken.txt']);
    assert.equal(
      await page
        .locator('tr[aria-selected=true]')
        .innerText()
        .then((text) => text.includes('new.txt')),
      true,
    );
  });

  test('deletes several, names them, and a folder with something in it only when that is agreed to', async () => {
    await openFolder('delete', {
      'a.txt': '',
      'b.txt': '',
      'c.txt': '',
      'full/x/y.txt': '',
      'empty/': '',
    });
    await grid().focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.getByRole('heading', { name: 'Delete 5 entries?' }).waitFor();
    await page.getByText('“empty”, “full”, “a.txt”, “b.txt”, “c.txt”').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'Delete 5 entries?' }).waitFor();
    assert.equal((await readdir(join(root, 'delete'))).length, 5, 'nothing goes without consent');
    await page.getByLabel('Also what is in the folder “full” (1 entry and all below)').check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('This folder is empty').waitFor();
    assert.deepEqual(await readdir(join(root, 'delete')), []);
  });

  test('is gone through by the keyboard alone', async () => {
    await openFolder('keys', {
      'inner/deep.txt': 'deep',
      'x.txt': 'x',
      'y.txt': 'y',
      'z.txt': 'z',
    });
    await grid().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+ArrowUp');
    await page.getByRole('status').getByText('2 selected').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await row('deep.txt').waitFor();
    await page.keyboard.press('Backspace');
    await row('x.txt').waitFor();
    const active = await grid().getAttribute('aria-activedescendant');
    assert.match(await page.locator(`#${active}`).innerText(), /inner/);
  });

  test('is used by fingers alone on a phone, and never wider than it', async () => {
    await openPage({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const long = `${'a very long name '.repeat(12)}.txt`;
    await openFolder('fingers', { 'one.txt': '1', 'two.txt': '2', [long]: '3', 'inner/': '' });
    await page.getByLabel('Select one.txt').tap();
    await page.getByLabel('Select two.txt').tap();
    await page.getByRole('status').getByText('2 selected').waitFor();
    assert.equal(await person.isTooWide(page), false);
    await page.getByRole('button', { name: 'Delete selected' }).tap();
    await page.getByRole('button', { name: 'Delete', exact: true }).tap();
    await row('one.txt').waitFor({ state: 'detached' });
    await row('a very long name').locator('button.open').tap();
    assert.equal(await page.locator('dialog.preview pre').innerText(), '3');
    assert.equal(await person.isTooWide(page), false);
    await page.getByRole('button', { name: 'Close' }).tap();
    await row('inner').locator('button.open').tap();
    await page.getByText('This folder is empty').waitFor();
    assert.deepEqual(await readdir(join(root, 'fingers')), [long, 'inner']);
  });

  test('of very many entries is there at once, scrolls to its end, and is searched quickly', async () => {
    const files = {};
    for (let number = 0; number < 12_000; number++) files[`${number}.txt`] = '';
    await openFolder('many', files);
    await page.getByText('12,000 entries').waitFor();
    assert.ok((await page.locator('tbody tr').count()) < 100, 'only what is in sight is made');
    await grid().focus();
    await page.keyboard.press('End');
    await row('11999.txt').waitFor();
    await search('11 9');
    await page
      .getByRole('status')
      .getByText(/of 12,000 found/)
      .waitFor();
    await search('11998');
    await row('11998.txt').waitFor();
    assert.deepEqual(await names(), ['11998.txt']);
    await search('');
    await grid().press('Home');
    await page.locator('.scroller').evaluate((scroller) => (scroller.scrollTop = 1e9));
    await row('11999.txt').waitFor();
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByLabel('New name of 0.txt').waitFor();
  });
});
