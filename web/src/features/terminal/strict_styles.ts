// SPDX-License-Identifier: MIT
// Lets xterm.js draw under a policy without 'unsafe-inline' (the hub's Content-Security-Policy). What it
// writes as text into <style> elements, and as text into the style attributes of its letters, would be
// refused. By way of the CSS object model the same is allowed, so it is led that way.

/** Stands where a <style> element would, with a sheet of its own that the document adopts. */
class AdoptedStyle extends HTMLElement {
  readonly #sheet = new CSSStyleSheet();

  override set textContent(css: string) {
    this.#sheet.replaceSync(css);
  }

  connectedCallback(): void {
    document.adoptedStyleSheets.push(this.#sheet);
  }

  disconnectedCallback(): void {
    const others = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
    document.adoptedStyleSheets = others;
  }
}

const adoptedStyle = 'malinka-adopted-style';
customElements.define(adoptedStyle, AdoptedStyle);

/** Of spans alone, which is what letters are drawn by where there is no WebGL: in colours by number. */
HTMLSpanElement.prototype.setAttribute = function (name: string, value: string): void {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
};

/** While `make` runs, who asks the document for a <style> element has an adopted one. */
export function withAdoptedStyles(make: () => void): void {
  const createElement = (tag: string, options?: ElementCreationOptions): HTMLElement =>
    Document.prototype.createElement.call(document, tag === 'style' ? adoptedStyle : tag, options);
  Object.defineProperty(document, 'createElement', { value: createElement, configurable: true });
  try {
    make();
  } finally {
    Reflect.deleteProperty(document, 'createElement'); // The prototype's is seen again.
  }
}
