/**
 * What people read, in every language that there is: a folder of wording/ each, one file a topic, the same names in all. English is there at
 * once, another language is fetched when it is wanted. docs/page.md, "Languages", says how one is added.
 */
import * as en from "./wording/en/index.js";

/** What a language has to say: as English does. @typedef {{[K in keyof typeof en]: (typeof en)[K] extends string ? string : (typeof en)[K]}} Wording */
/** @typedef {"en" | "de"} Language */

/** @type {Wording} */
export const english = en;

/** @type {Record<Language, () => Promise<Wording>>} */
const languages = {
  en: async () => english,
  de: () => import("./wording/de/index.js"),
};

/** Every one. */
export const tags = /** @type {Language[]} */ (Object.keys(languages));

/** @param {Language} language @returns {Promise<Wording>} in English where the language's files cannot be had */
export const wordingOf = (language) => languages[language]().catch(() => english);

/**
 * @param {string} tag of a language, such as "de-AT"
 * @returns {Language | undefined} undefined: none of ours
 */
export function languageOf(tag) {
  const [name] = tag.toLowerCase().split("-");
  return Object.hasOwn(languages, name) ? /** @type {Language} */ (name) : undefined;
}

/**
 * The language that an address asks for by ?lang=…, or else the first of ours that the reader prefers; English otherwise.
 * @param {string} search of the address
 * @param {readonly string[]} preferred tags
 * @returns {Language}
 */
export function chosenLanguage(search, preferred) {
  const asked = new URLSearchParams(search).get("lang") ?? "";
  return [asked, ...preferred].map(languageOf).find((language) => language !== undefined) ?? "en";
}
