/** Where the sample images come from in the single file: out of it. */
import { unpacked } from "../unpacked.js";

/** @param {string} name @returns {Promise<Blob>} */
export const sampleBytes = (name) => unpacked(inside.samples[name]);
