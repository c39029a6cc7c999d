/** What <echolens-classifier> says beside the words that it shares with the page. */
import { named } from "./engine.js";

export const researchOnly =
  "Research and education only. Not a medical device; not cleared or CE-marked. Scores are not validated cancer probabilities. " +
  "Do not use it to diagnose, to exclude disease, or to decide for or against biopsy. Not evaluated on Doppler, elastography, " +
  "post-surgical, axillary, implant, male or lactating breasts.";

export const choose = "Choose an ultrasound image";
export const chooseAnother = "Choose another image";
export const orDrop = "or drop it here, or paste it";
export const pictureOf = "The image that was read";
export const loadedSoFar = "Engine and model loaded";

/** @param {string | undefined} point the operating point, where the model has any */
export const callAt = (point) => (point ? `Call at ${named(point)}` : "Call");
