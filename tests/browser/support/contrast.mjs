// SPDX-License-Identifier: MIT
// How well text stands out from its ground, as WCAG 2.2 measures it: 4.5 is the least for small text.

/** The least of all that the locator finds, with the words that have it. */
export async function leastContrast(locator) {
  const all = await locator.evaluateAll((elements) => {
    const opacityOf = (one) =>
      one ? getComputedStyle(one).opacity * opacityOf(one.parentElement) : 1;
    const groundOf = (one) => {
      const { backgroundColor } = getComputedStyle(one);
      return backgroundColor === 'rgba(0, 0, 0, 0)' ? groundOf(one.parentElement) : backgroundColor;
    };
    return elements.map((one) => ({
      words: one.textContent,
      colour: getComputedStyle(one).color,
      ground: groundOf(one),
      opacity: opacityOf(one),
    }));
  });
  const measured = all.map(({ words, colour, ground, opacity }) => {
    const [front, back] = [numbersOf(colour), numbersOf(ground)];
    const seen = front.map((one, at) => one * opacity + back[at] * (1 - opacity));
    const [dark, light] = [luminance(seen), luminance(back)].sort((a, b) => a - b);
    return { words, contrast: (light + 0.05) / (dark + 0.05) };
  });
  return measured.reduce((a, b) => (b.contrast < a.contrast ? b : a));
}

function numbersOf(colour) {
  const numbers = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (!numbers) throw new Error(`${colour} is no plain colour`);
  return numbers.slice(1).map(Number);
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour) {
  const [red, green, blue] = colour.map((one) => {
    const share = one / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
