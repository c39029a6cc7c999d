/** English, one file a topic: pure functions of records and errors, apart from where they stand. */
export * from "../common.js";
export * from "./batch.js";
export * from "./element.js";
export * from "./engine.js";
export * from "./evaluation.js";
export * from "./mistakes.js";
export * from "./model.js";
export * from "./numbers.js";
export * from "./overlays.js";
export * from "./page.js";
export * from "./problems.js";
export * from "./reading.js";
export * from "./region.js";
export * from "./self_test.js";
