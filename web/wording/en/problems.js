/** What the page says when something goes wrong, and what a person can do about it. */

export const notStarted = "The engine did not start";
export const notRead = "This image was not read";

/**
 * What a person can do about an error or a refusal; its own message says what is wrong.
 * @type {Record<string, string>}
 */
const advice = {
  image_empty: "Export or copy the image again.",
  image_unrecognised: "Choose a PNG, JPEG, BMP or GIF image.",
  image_corrupt: "Export or copy the image again: it may have been cut off on the way.",
  image_too_large: "Export the image at a smaller size.",
  image_too_small: "Choose the image at its full size, not a thumbnail.",
  too_small: "Choose the image at its full size, not a thumbnail.",
  coloured: "Choose a grey B-mode image, without colour Doppler or elastography.",
  blank: "Choose an image that shows tissue.",
  several_panels: "Have one of the pictures read alone: choose that part.",
  unlike: "Choose a breast-ultrasound image of the kind that the model was made for.",
  file_unreadable: "If it is a folder, open it and choose one image; if it was moved, choose it again.",
  out_of_memory: "Close other tabs or programs, then choose the image again.",
  worker_failed: "Choose the image again: the engine then starts anew. If that does not help, reload the page.",
  model_self_test_failed: "This device computes differently from the reference, so no image is read on it. Try another browser.",
  internal: "This is a fault in echolens: please report it, if you can with the image.",
};

/** For every other trouble with the model or its file. */
const siteAdvice = "Reload the page. If it happens again, tell the people who run this site.";

/** @param {{code?: unknown}} error @returns {string} "" when the message says it all */
export function whatToDo({ code }) {
  if (typeof code !== "string") return advice.internal;
  return advice[code] ?? (code.startsWith("model_") ? siteAdvice : "");
}

/** @param {{code?: unknown}} error while loading, before any image @returns {string} */
export function whatToDoAtLoad({ code }) {
  return code === "unsupported_browser" || code === "model_self_test_failed" ? whatToDo({ code }) : siteAdvice;
}
