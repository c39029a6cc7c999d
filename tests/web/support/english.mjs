/** English where another language should be. */

const words =
  "about again against all and are at below by call called cancer cancers check choose class classes close covered cut each engine every " +
  "expected file files first folder for found from has have here image images is it its lesion like loaded lowest malignant benign missed " +
  "model not nothing of one open or out page part picture pictures point print read reading refused rule-out balanced save score's show " +
  "that the these this to use warning warnings which with within without women you your";

/** Words that no other language of the page has, or not in a sentence of its own. */
const english = new RegExp(`(?<![\\p{L}\\p{N}_.-])(?:${words.split(" ").join("|")})(?![\\p{L}\\p{N}_-])`, "giu");

/** Names of folders, columns and classes as they are in files: English in every language. */
const namesInFiles = /„normal“, „benign“ (?:und|oder) „malignant“|Klasse „malignant“|(?:Spalten?|und) „(?:file|label)“/g;

/** @param {string} text @returns {string[]} the English words in it */
export const englishIn = (text) => text.replaceAll(namesInFiles, "").match(english) ?? [];
