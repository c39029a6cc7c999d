/** What scripts/single-file.mjs writes into the single file, above the page's script. */
declare const inside: {
  /** worker.js and what it imports, as one function of the two names that it uses of its scope. */
  thread(
    addEventListener: (type: "message", listener: (event: MessageEvent) => void) => void,
    postMessage: (message: unknown) => void,
  ): void;
  /** The engine's .wasm by build: gzip in base64. */
  wasm: Record<"simd" | "relaxed", string>;
  /** The shipped model: gzip in base64. */
  model: string;
  /** The sample images by file name: gzip in base64. */
  samples: Record<string, string>;
};
