/** The few things that every part of the page does with the document. */

/**
 * An element that index.html has.
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`index.html has no ${selector}`);
  return element;
}

/**
 * A new element with text or elements in it; strings are text, never HTML.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {...(string | Node)} content
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, ...content) {
  const made = document.createElement(tag);
  made.append(...content);
  return made;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
export function svgElement(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/**
 * Names and values, as the content of a `<dl>`. SHA-256 sums are set apart: for copying, not for reading.
 * @param {[string, string][]} pairs
 * @returns {HTMLElement[]}
 */
export const listed = (pairs) => pairs.flatMap(([name, value]) => {
  const described = element("dd", value);
  described.classList.toggle("sum", /^[0-9a-f]{64}$/.test(value));
  return [element("dt", name), described];
});

/**
 * Says something to people who hear the page.
 * @param {string} text
 */
export function announce(text) {
  find("#announcement", HTMLElement).textContent = text;
}

/**
 * Has the browser save a text as a file.
 * @param {string} content
 * @param {string} type MIME type
 * @param {string} name
 */
export function download(content, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // Safari reads it a moment after the click
}

/**
 * Around printing, and around a preview of it that a browser shows without saying so before.
 * @param {() => void} before
 * @param {() => void} after
 */
export function onPaper(before, after) {
  let isOn = false;
  const turn = (/** @type {boolean} */ on) => {
    if (on === isOn) return;
    isOn = on;
    if (on) before();
    else after();
  };
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
  matchMedia("print").addEventListener("change", ({ matches }) => turn(matches));
}
