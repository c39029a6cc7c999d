/** The page's words, one file a topic: pure functions of records and errors, apart from where they stand. */
export * from "./wording/batch.js";
export * from "./wording/evaluation.js";
export * from "./wording/mistakes.js";
export * from "./wording/model.js";
export * from "./wording/numbers.js";
export * from "./wording/overlays.js";
export * from "./wording/problems.js";
export * from "./wording/reading.js";
export * from "./wording/region.js";
export * from "./wording/self_test.js";
