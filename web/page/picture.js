/** The picture: how it comes in (chosen, dropped, pasted) and how it is shown. */
import { find } from "./dom.js";
import { onDrop } from "./drop.js";
import { wording } from "./language.js";

const main = find("main", HTMLElement);
const choosers = [find("#file", HTMLInputElement), find("#folder", HTMLInputElement)];
const preview = find("#preview", HTMLImageElement);
const noPreview = find("#no-preview", HTMLElement);

/**
 * Calls `take` with whatever a person brings, or has brought already, and with what to say when there is no file in it.
 * @param {(files: File[], none: string) => void} take
 */
export function onFiles(take) {
  for (const chooser of choosers) {
    const takeChosen = () => {
      const chosen = [...(chooser.files ?? [])];
      chooser.value = ""; // so that the same file can be chosen again
      if (chosen.length) take(chosen, wording.emptyFolder);
    };
    chooser.addEventListener("change", takeChosen);
    takeChosen(); // who was quicker than this script
  }

  document.addEventListener("paste", (event) => {
    take([...(event.clipboardData?.files ?? [])], wording.nothingPasted);
  });

  document.addEventListener("dragover", () => main.classList.add("dragging"));

  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) main.classList.remove("dragging");
  });

  onDrop((dropped) => {
    main.classList.remove("dragging");
    if (Array.isArray(dropped)) take(dropped, wording.nothingDropped);
    else dropped.then((files) => take(files, wording.emptyFolder));
  });
}

/** @param {Blob} image */
export function showPicture(image) {
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(image);
  preview.hidden = false;
  noPreview.hidden = true;
  find(".drop", HTMLElement).hidden = true;
  find("#again", HTMLElement).hidden = false;
}

preview.addEventListener("error", () => {
  preview.hidden = true;
  noPreview.hidden = false;
});
