// SPDX-License-Identifier: MIT
// What a person does in the page, in their words.

export async function isConnected(page, timeout = 15_000) {
  await page.getByRole('banner').getByText('Connected', { exact: true }).waitFor({ timeout });
}

/** Opens the device in wide and narrow windows alike. */
export async function openDevice(page, name) {
  await page.getByRole('navigation', { name: 'Devices' }).getByRole('button', { name }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

export async function openPanel(page, title) {
  await page.getByRole('tab', { name: title }).click();
}

/** From the top of the files into the first root, when `/` is none itself. */
export async function openFirstRoot(page) {
  await openPanel(page, 'Files');
  await page.locator('tbody button.folder').first().click();
  await page.getByRole('navigation', { name: 'Folder' }).getByRole('button').nth(1).waitFor();
  await page.locator('[aria-busy=false]').waitFor();
}

/** A file dropped on the page, as from a folder of the desktop. */
export async function dropFile(page, name, text) {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: 'text/plain' }));
      return data;
    },
    [name, text],
  );
  await page.dispatchEvent('.zone', 'drop', { dataTransfer: transfer });
}

export function row(page, name) {
  return page.locator('tbody tr').filter({ hasText: name });
}

/** Waits until a transfer of this name says so. */
export async function transferEnds(page, name, state = 'done') {
  await page.locator(`li[data-state="${state}"]`, { hasText: name }).first().waitFor();
}

export async function run(page, command) {
  await page.getByLabel('Command', { exact: true }).fill(command);
  await page.getByLabel('Command', { exact: true }).press('Enter');
}

/** Whether something is wider than the window. A phone shows such a page smaller, and says so of its window. */
export function isTooWide(page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth > Math.min(window.innerWidth, window.screen.width),
  );
}
