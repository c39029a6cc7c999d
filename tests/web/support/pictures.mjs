/** Small pictures made on the spot, for tests that need an image and not a particular one. */
import { deflateSync } from "node:zlib";

/** @param {Uint8Array} bytes @returns {number} CRC-32 of PNG (ISO 3309) */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/**
 * An 8-bit grey PNG of a shaded blob.
 * @param {number} width
 * @param {number} height
 * @param {number} seed another seed, another picture
 * @returns {Buffer}
 */
export function png(width, height, seed) {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x / width - 0.5, y / height - 0.3 - (seed % 5) / 10);
      rows[y * (width + 1) + 1 + x] = Math.min(255, Math.round(distance * 300) + ((x * 7 + y * 13 + seed * 31) % 40));
    }
  }
  return pngOf(width, height, 0, rows);
}

/** 8,500 × 8,500 pixels, black, in colour: the engine's memory grows past 256 MB with it. */
export const largePng = () => pngOf(8_500, 8_500, 2, Buffer.alloc((1 + 3 * 8_500) * 8_500));

/** @param {number} width @param {number} height @param {0 | 2} colour grey or RGB @param {Buffer} rows each begins with a zero */
function pngOf(width, height, colour, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, colour, 0, 0, 0], 8); // 8 bit, no interlace
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** First bytes of a WebP file: known, named and refused. */
export const webp = Buffer.concat([Buffer.from("RIFF\x24\0\0\0WEBPVP8 ", "latin1"), Buffer.alloc(64)]);

/** Files that are no usual picture, by the names that the tests of the module ask for. @returns {Record<string, Buffer>} */
export const oddFiles = () => ({
  "broken.png": png(64, 64, 1).subarray(0, 90),
  "picture.webp": webp,
  "empty.png": Buffer.alloc(0),
  "large.png": largePng(),
});
