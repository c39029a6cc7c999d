/** Small pictures of what is shown, one after another. Of a full picture nothing is kept. */

const ofRows = 64; // pixels

/** Decoding a larger one here for so little would take hundreds of MB. */
const mostPixels = 24e6;

/** What is still to be drawn. @type {{file: Blob, image: {width: number, height: number}, canvas: HTMLCanvasElement, longest: number}[]} */
let waiting = [];
let drawing = false;

/**
 * Draws a file into a canvas when its turn comes; leaves the canvas as it is where the browser cannot.
 * @param {Blob} file
 * @param {{width: number, height: number}} image its size, upright
 * @param {HTMLCanvasElement} canvas
 * @param {number} [longest] side, in pixels
 */
export function drawThumbnail(file, image, canvas, longest = ofRows) {
  if (image.width * image.height > mostPixels) return;
  waiting.push({ file, image, canvas, longest });
  if (!drawing) drawAll();
}

async function drawAll() {
  drawing = true;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { file, image, canvas, longest } = next;
    if (!canvas.isConnected) continue; // another page of the table is shown
    const scale = Math.min(1, longest / Math.max(image.width, image.height));
    const size = (/** @type {number} */ side) => Math.max(1, Math.round(side * scale));
    try {
      const options = /** @type {const} */ ({ resizeWidth: size(image.width), resizeHeight: size(image.height), resizeQuality: "medium" });
      const bitmap = await createImageBitmap(file, options);
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
    } catch {
      // The row says what the image is without it.
    }
  }
  drawing = false;
}
