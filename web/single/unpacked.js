/** Files out of the text that they are in the single file. */

/** What is unpacked already. @type {Map<string, Promise<Blob>>} */
const files = new Map();

/** @param {string} text gzip in base64 @returns {Promise<Blob>} */
export function unpacked(text) {
  const known = files.get(text);
  if (known) return known;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const file = new Response(stream).blob();
  files.set(text, file);
  return file;
}
