/**
 * echolens as a JavaScript module: promises outside, workers and the WebAssembly engine inside.
 *
 *   import { Classifier } from "./echolens.js";
 *   const classifier = await Classifier.load();
 *   const record = await classifier.classify(file);   // a Blob or bytes of a PNG, JPEG, BMP or GIF
 *   console.log(record.refused?.message ?? record.call, record.probabilities);
 *   classifier.close();
 *
 * ClassifierPool reads many images on all cores. Everything that fails is an EcholensError with a `code`: those of the engine
 * ("image_corrupt", "model_unsupported", …; docs/embedding.md lists them) and "aborted", "closed", "unsupported_browser",
 * "worker_failed".
 */
export { Classifier } from "./classifier.js";
export { ClassifierPool } from "./pool.js";
export { EcholensError } from "./protocol.js";

/** @typedef {import("./classifier.js").LoadOptions} LoadOptions */
/** @typedef {import("./classifier.js").ExplainOptions} ExplainOptions */
/** @typedef {import("./evaluation.js").Case} Case */
/** @typedef {import("./evaluation.js").Evaluation} Evaluation */
/** @typedef {import("./evaluation.js").Labelled} Labelled */
