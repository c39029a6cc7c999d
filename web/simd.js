/**
 * Which build of the engine a browser can run, asked by validating a tiny module that uses the instruction in question.
 * The modules are never run.
 */

/** @typedef {"simd" | "relaxed"} Simd */

/** Header, one type () -> v128, one function of it; the code section follows. */
const prelude = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0];

/** (i8x16.splat (i32.const 0)) */
const splat = [0x41, 0, 0xfd, 15];

/** @param {number[]} body instructions @returns {Uint8Array<ArrayBuffer>} the module */
function moduleOf(body) {
  const code = [0, ...body, 0x0b]; // no locals … end
  return Uint8Array.from([...prelude, 10, code.length + 2, 1, code.length, ...code]);
}

/** i8x16.popcnt: the last instruction that entered fixed-width SIMD. */
const fixedWidth = moduleOf([...splat, 0xfd, 0x62]);

/** i16x8.relaxed_dot_i8x16_i7x16_s: what makes the relaxed build worth having. */
const relaxed = moduleOf([...splat, ...splat, 0xfd, 0x92, 2]);

/**
 * The fastest build that runs here.
 * @returns {Simd | undefined} undefined: no WebAssembly SIMD at all
 */
export function bestSimd() {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(fixedWidth)) return undefined;
  return WebAssembly.validate(relaxed) ? "relaxed" : "simd";
}
