/**
 * Both runtimes behind the same two calls, for bench/browser.mjs to drive: `load` makes a network ready and `run` times a
 * number of runs. Each on the page's own thread, one thread each, the same model bytes.
 */

/** @type {Record<string, () => Promise<(input: Float32Array) => Promise<void>>>} */
const loaders = {
  async echolens() {
    const simd = (await import("/echolens/simd.js")).bestSimd();
    const [{ default: createEngine }, wasm, model] = await Promise.all([
      import(`/echolens/engine-${simd}.js`),
      fetch(`/echolens/engine-${simd}.wasm`).then((response) => response.arrayBuffer()),
      fetch("/model.tflite").then((response) => response.arrayBuffer()),
    ]);
    const engine = await createEngine({ wasmBinary: wasm });
    const { network, error } = engine.loadNetwork(new Uint8Array(model));
    if (error) throw new Error(error.message);
    return async (input) => {
      const failure = network.run(new Uint8Array(input.buffer)).error;
      if (failure) throw new Error(failure.message);
    };
  },
  async litert() {
    const { loadLiteRt, loadAndCompile, Tensor } = await import("/litert/core/dist/index.js");
    await loadLiteRt("/litert/core/wasm/");
    const model = await loadAndCompile("/model.tflite", { accelerator: "wasm" });
    const shape = [...model.getInputDetails()[0].shape];
    return async (input) => {
      const tensor = new Tensor(input, shape);
      const outputs = await model.run(tensor);
      tensor.delete();
      for (const output of outputs) output.delete();
    };
  },
};

const input = new Float32Array(224 * 224 * 3).map((_, i) => ((i * 37) % 251) / 125 - 1);
/** @type {Record<string, (input: Float32Array) => Promise<void>>} */
const ready = {};

Object.assign(globalThis, {
  /** Milliseconds from the page's start of navigation to the first answer. @param {string} name */
  async coldStart(name) {
    const run = await loaders[name]();
    await run(input);
    return performance.now();
  },
  /** @param {string} name */
  async load(name) {
    ready[name] = await loaders[name]();
    await ready[name](input);
  },
  /** Milliseconds of each of `runs` runs. @param {string} name @param {number} runs */
  async run(name, runs) {
    const times = [];
    for (let i = 0; i < runs; ++i) {
      const start = performance.now();
      await ready[name](input);
      times.push(performance.now() - start);
    }
    return times;
  },
});
