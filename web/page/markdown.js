/**
 * The Markdown of model cards as elements: headings, paragraphs, lists, quotes, tables, code, bold, emphasis. A card comes out of a
 * file that anybody may have written: it becomes elements of these kinds and text, never HTML; links stay text with their address, and pictures
 * their description, so that a card can name no other server.
 */
import { element } from "./dom.js";

/** Characters: a card is a page or two, and no file shall keep the page busy. */
export const longestCard = 2 ** 16;

/**
 * @param {string} markdown of which no more than `longestCard` is taken
 * @param {number} [top] level of the heading that `#` becomes
 * @returns {HTMLElement[]}
 */
export function rendered(markdown, top = 3) {
  const lines = markdown.slice(0, longestCard).replaceAll("\t", "    ").split(/\r?\n/);
  /** @type {HTMLElement[]} */
  const blocks = [];
  for (let i = 0; i < lines.length;) {
    const { length, made } = block(lines, i, top);
    if (made) blocks.push(made);
    i += length;
  }
  return blocks;
}

/**
 * The block that begins in a line.
 * @param {string[]} lines
 * @param {number} start
 * @param {number} top
 * @returns {{length: number, made?: HTMLElement}} how many lines it takes
 */
function block(lines, start, top) {
  const line = lines[start];
  if (!line.trim()) return { length: 1 };
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) {
    const level = /** @type {"h3"} */ (`h${Math.min(top - 1 + heading[1].length, 6)}`);
    return { length: 1, made: element(level, ...inline(heading[2].trim())) };
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return { length: 1, made: document.createElement("hr") };
  if (/^\s*```/.test(line)) {
    const body = following(lines, start + 1, (text) => !/^\s*```/.test(text));
    return { length: body.length + 2, made: element("pre", element("code", body.join("\n"))) };
  }
  if (line.includes("|") && isRule(lines[start + 1] ?? "")) {
    const rows = following(lines, start + 2, (text) => text.includes("|"));
    return { length: rows.length + 2, made: table(cells(line), rows.map(cells)) };
  }
  if (/^\s*>/.test(line)) {
    const quoted = following(lines, start, (text) => /^\s*>/.test(text));
    return { length: quoted.length, made: element("blockquote", ...inline(joined(quoted.map((text) => text.replace(/^\s*>\s?/, ""))))) };
  }
  const bullet = listMark.exec(line);
  if (bullet) return list(lines, start, /\d/.test(bullet[1]) ? "ol" : "ul");
  const text = following(lines, start, (next) => next.trim() !== "" && !/^(#{1,6}\s|\s*```|\s*>)/.test(next) && !listMark.test(next));
  return { length: Math.max(text.length, 1), made: element("p", ...inline(joined(text.length ? text : [line]))) };
}

/** The line under a table's head. @param {string} line */
const isRule = (line) => /^[\s:|-]+$/.test(line) && line.includes("-") && line.includes("|");

const listMark = /^\s{0,3}([-*+]|\d+[.)])\s+/;

/**
 * Items, each with the lines that go on under it. Lists in lists are not told apart: their items follow.
 * @param {string[]} lines
 * @param {number} start
 * @param {"ol" | "ul"} tag
 */
function list(lines, start, tag) {
  const taken = following(lines, start, (text) => /^\s*([-*+]|\d+[.)])\s+/.test(text) || /^\s+\S/.test(text));
  /** @type {string[]} */
  const items = [];
  for (const line of taken) {
    if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) items.push(line.replace(/^\s*([-*+]|\d+[.)])\s+/, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return { length: taken.length, made: element(tag, ...items.map((item) => element("li", ...inline(item)))) };
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function table(head, rows) {
  const headers = head.map((text) => {
    const cell = element("th", ...inline(text));
    cell.scope = "col";
    return cell;
  });
  const body = rows.map((row) => element("tr", ...head.map((_, i) => element("td", ...inline(row[i] ?? "")))));
  const made = element("div", element("table", element("thead", element("tr", ...headers)), element("tbody", ...body)));
  made.className = "scrolls";
  made.tabIndex = 0; // so that it can be scrolled by keyboard
  return made;
}

/** @param {string} row @returns {string[]} */
const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

/** @param {string[]} lines */
const joined = (lines) => lines.map((line) => line.trim()).join(" ");

/** The lines from one on, as long as they belong. @param {string[]} lines @param {number} start @param {(line: string) => boolean} belongs */
function following(lines, start, belongs) {
  let end = start;
  while (end < lines.length && belongs(lines[end])) end++;
  return lines.slice(start, end);
}

/** What stands within a line. Lengths are bounded, so that no card can keep the page busy. */
const marks =
  /`([^`]{1,300})`|\*\*(.{1,1000}?)\*\*|\*([^*\s][^*]{0,300})\*|!\[([^\]]{0,300})\]\([^)\s]{0,300}\)|\[([^\]]{1,300})\]\(([^)\s]{0,300})\)/g;

/**
 * Bold, emphasis, code, links and pictures within a line.
 * @param {string} text
 * @returns {(string | Node)[]}
 */
function inline(text) {
  /** @type {(string | Node)[]} */
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(marks)) {
    const [whole, code, bold, emphasis, picture, link, address] = found;
    parts.push(text.slice(end, found.index));
    if (code !== undefined) parts.push(element("code", code));
    else if (bold !== undefined) parts.push(element("strong", ...inline(bold)));
    else if (emphasis !== undefined) parts.push(element("em", emphasis));
    else if (picture !== undefined) parts.push(picture);
    else parts.push(...inline(link), /^https?:/.test(address) ? ` (${address})` : "");
    end = found.index + whole.length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}
