/** What index.html says, and what is asked before the page is left. */

/** English sentences of index.html, as other languages have them. Here the page has them itself. @type {Record<string, string>} */
export const page = {};

/** As <html lang> has it. @type {string} */
export const language = "en";

export const startsAnew = "The page starts anew in the other language. What it shows now is lost unless you have saved it. Go on?";
