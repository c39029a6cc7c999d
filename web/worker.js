/** The engine's thread: loads the WebAssembly module and one model, then answers one image at a time. */
import { EcholensError, notStarted, reasonOf, sentence } from "./protocol.js";

/** @import { EvaluateChoice, JudgedCase, Table } from "./evaluation.js" */
/** @import { Bytes, ClassifyChoice, ClassifyRequest, CostRequest, Explanation, ExplainRequest, LoadRequest, MistakeCost, Reply, Request, StartRequest } from "./protocol.js" */

/**
 * The WebAssembly module's interface (src/bindings.cpp, src/bindings_evaluation.cpp).
 * @typedef {object} Engine
 * @property {() => string} version
 * @property {() => import("./simd.js").Simd} simd
 * @property {() => number} memoryBytes of the heap; it grows, never shrinks
 * @property {(model: Uint8Array) => {classifier?: ClassifierHandle, error?: {code: string, message: string}}} load
 *   (loadNetwork, for bench/ alone: a model file without metadata, its input's bytes in, its outputs' bytes out)
 * @property {() => Uint8Array} viridis the colours of maps: 256 times red, green, blue
 *
 * @typedef {object} ClassifierHandle
 * @property {(image: Uint8Array, options: ClassifyChoice) => string} classify a record or {schema, error}, as JSON
 * @property {(image: Uint8Array, options: ClassifyChoice, label: string | undefined, progress?: (done: number, total: number) => boolean) =>
 *   Omit<Explanation, "record"> & {record: string} | {error: {code: string, message: string}}} explain its record as
 *   JSON; the occlusion map when there is `progress`, which stops it by false
 * @property {(operatingPoint: string, prevalence: number) => MistakeCost | {error: {code: string, message: string}}} costOfMistakes
 * @property {(files: string[], table?: Table) => string} label a Labelled or {error}, as JSON
 * @property {(cases: JudgedCase[], options: Required<EvaluateChoice>) => string} evaluate an Evaluation or {error}, as JSON
 * @property {() => string} describe a ModelDescription, as JSON
 * @property {() => void} delete
 *
 * @typedef {(imports: WebAssembly.Imports, started: (instance: WebAssembly.Instance) => void) => object} InstantiateWasm
 * @typedef {{default: (options: {instantiateWasm: InstantiateWasm}) => Promise<Engine>}} EngineModule
 */

/** @type {Engine} */
let engine;
/** @type {ClassifierHandle} for the life of the worker */
let classifier;

addEventListener("message", async (/** @type {MessageEvent<StartRequest | LoadRequest | Request>} */ { data }) => {
  if (data.type === "start") return void engineScript(data.simd).catch(() => {}); // `load` meets the same error, and says it
  try {
    reply(data.type === "load" ? await load(data) : await answer(data));
  } catch (error) {
    if (error instanceof EcholensError) return reply({ type: "failed", code: error.code, message: error.message });
    // A trap or a bug: the engine's memory means nothing any more.
    reply({ type: "failed", code: "worker_failed", message: `The engine stopped: ${reasonOf(error)}` });
  }
});

/** @param {Reply} message */
const reply = (message) => postMessage(message);

/** @param {LoadRequest} request @returns {Promise<Reply>} */
async function load({ simd, wasm, model }) {
  const [engineModule, modelBytes] = await Promise.all([engineScript(simd), read(model)]);
  try {
    engine = await started(engineModule, wasm);
  } catch (error) {
    throw notStarted(error);
  }
  const loaded = engine.load(modelBytes);
  if (loaded.error) throw new EcholensError(loaded.error.code, sentence(loaded.error.message));
  if (!loaded.classifier) throw new EcholensError("internal", "The engine gave neither a classifier nor a reason.");
  classifier = loaded.classifier;
  return {
    type: "ready",
    model: JSON.parse(classifier.describe()),
    engine: { version: engine.version(), simd: engine.simd() },
    mapColours: engine.viridis(),
    memoryBytes: engine.memoryBytes(),
  };
}

/** @param {import("./simd.js").Simd} simd @returns {Promise<EngineModule>} */
const engineScript = (simd) => import(`./engine-${simd}.js`);

/** @param {EngineModule} engineModule @param {WebAssembly.Module} wasm @returns {Promise<Engine>} */
function started(engineModule, wasm) {
  return new Promise((resolve, reject) => {
    /** @type {InstantiateWasm} */
    const instantiateWasm = (imports, take) => {
      WebAssembly.instantiate(wasm, imports).then(take).catch(reject); // no memory, mostly
      return {}; // the exports come later
    };
    engineModule.default({ instantiateWasm }).then(resolve, reject);
  });
}

/** @param {Request} request @returns {Promise<Reply>} */
async function answer(request) {
  if (request.type === "cost") return costOfMistakes(request);
  if (request.type === "label") {
    const labelled = JSON.parse(classifier.label(request.files, request.table));
    return labelled.error ? failed(labelled.error) : { type: "labelled", labelled, memoryBytes: engine.memoryBytes() };
  }
  if (request.type === "evaluate") {
    const evaluation = JSON.parse(classifier.evaluate(request.cases, request.options));
    return evaluation.error ? failed(evaluation.error) : { type: "evaluation", evaluation, memoryBytes: engine.memoryBytes() };
  }
  /** @type {Uint8Array} */
  let bytes;
  try {
    bytes = await read(request.image);
  } catch (error) {
    return { type: "error", code: "file_unreadable", message: reasonOf(error), memoryBytes: engine.memoryBytes() };
  }
  return request.type === "classify" ? classify(bytes, request) : explain(bytes, request);
}

/** @param {Uint8Array} bytes @param {ClassifyRequest} request @returns {Reply} */
function classify(bytes, { options }) {
  const record = JSON.parse(classifier.classify(bytes, options));
  return record.error ? failed(record.error) : { type: "record", record, memoryBytes: engine.memoryBytes() };
}

/** @param {Uint8Array} bytes @param {ExplainRequest} request @returns {Reply} */
function explain(bytes, { options, label, occlusion }) {
  const progress = (/** @type {number} */ done, /** @type {number} */ total) => {
    reply({ type: "progress", done, total });
    return true;
  };
  const explanation = classifier.explain(bytes, options, label, occlusion ? progress : undefined);
  if ("error" in explanation) return failed(explanation.error);
  const record = JSON.parse(explanation.record);
  if (record.refused) delete explanation.label; // nothing is explained
  return { type: "explanation", explanation: { ...explanation, record }, memoryBytes: engine.memoryBytes() };
}

/** @param {CostRequest} request @returns {Reply} */
function costOfMistakes({ operatingPoint, prevalence }) {
  const cost = classifier.costOfMistakes(operatingPoint, prevalence);
  return "error" in cost ? failed(cost.error) : { type: "cost", cost, memoryBytes: engine.memoryBytes() };
}

/** @param {{code: string, message: string}} error @returns {Reply} */
function failed({ code, message }) {
  return { type: "error", code, message: sentence(message), memoryBytes: engine.memoryBytes() };
}

/** @param {Bytes} source @returns {Promise<Uint8Array>} */
async function read(source) {
  if (source instanceof Uint8Array) return source;
  try {
    return new Uint8Array(await source.arrayBuffer());
  } catch (error) {
    throw new EcholensError("file_unreadable", `The file could not be read: ${reasonOf(error)}`, { cause: error });
  }
}
