/**
 * The page's language: the address has it (?lang=de), or else the browser's settings. Nothing is kept of the choice. All that the page
 * says it takes from `wording` when it says it; index.html is English, so that it reads without scripts.
 */
import { chosenLanguage, english, wordingOf } from "../wording.js";
import { find } from "./dom.js";

/** English until speak() is done. */
export let wording = english;

const spoken = ["aria-label", "alt", "title", "placeholder"];

/** @param {string} text */
const translated = (text) => {
  const english = text.trim().replace(/\s+/g, " ");
  return Object.hasOwn(wording.page, english) ? text.replace(text.trim(), () => wording.page[english]) : text;
};

/** Fetches the page's language, puts what index.html says into it, and offers the others: before anything else is said. */
export async function speak() {
  wording = await wordingOf(chosenLanguage(location.search, navigator.languages));
  const { language } = wording;
  document.documentElement.lang = language;
  for (const link of find("#languages", HTMLElement).querySelectorAll("a")) link.hidden = link.lang === language;
  if (language === "en") return; // as index.html is
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.nodeValue = translated(texts.currentNode.nodeValue ?? "");
  for (const name of spoken) {
    for (const element of document.querySelectorAll(`[${name}]`)) element.setAttribute(name, translated(element.getAttribute(name) ?? ""));
  }
}

/** Another language is another address: asks before that loses something. @param {() => boolean} isInUse whether there is something to lose */
export function onLanguageChange(isInUse) {
  for (const link of find("#languages", HTMLElement).querySelectorAll("a")) {
    link.addEventListener("click", (event) => {
      const here = !event.ctrlKey && !event.metaKey && !event.shiftKey; // or it opens elsewhere
      if (here && isInUse() && !confirm(wording.startsAnew)) event.preventDefault();
    });
  }
}
