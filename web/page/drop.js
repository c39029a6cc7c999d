/**
 * What is dropped on the page. index.html runs this module before the page's other scripts: where nobody listens, a browser leaves the page
 * and opens the file.
 */
import { droppedFiles } from "./folder.js";

/** @typedef {ReturnType<typeof droppedFiles>} Dropped */

/** What came before anybody could take it. @type {Dropped | undefined} */
let early;

/** @type {(dropped: Dropped) => void} */
let take = (dropped) => void (early = dropped);

/** @param {(dropped: Dropped) => void} listener told of every drop, also of one that was earlier than this call */
export function onDrop(listener) {
  take = listener;
  if (early) listener(early);
  early = undefined;
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  take(droppedFiles(event.dataTransfer));
});
