/**
 * Builds the libFuzzer targets and runs each for a while from its corpus; then measures how much of each reader's source
 * the corpus and the run reached. `node scripts/fuzz.mjs [seconds]`, 20 unless told; the seed is always the same, so that a
 * finding is the change's.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cmakeBuild } from "./build.mjs";
import { ensureClang } from "./setup/emscripten.mjs";
import { root } from "./setup/paths.mjs";
import { Sentence, output, run, runMain, say } from "./setup/steps.mjs";

/** What each fuzzer is there to reach, and the share of lines it must. */
const readers = {
  fuzz_image: ["src/image"],
  fuzz_model: ["src/model/tflite_reader"],
  fuzz_keras: ["tools/convert/keras/"],
  fuzz_labels: ["src/evaluation/csv_table", "src/evaluation/labelled_set"],
  fuzz_onnx: ["tools/convert/onnx"],
};
const goal = 70;

/**
 * @param {string} fuzzer
 * @param {number} seconds
 * @param {{clang: string, env: NodeJS.ProcessEnv}} tools
 */
async function runFuzzer(fuzzer, seconds, { clang, env }) {
  const folder = join(root, "build/fuzz", `${fuzzer}.work`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "findings"), { recursive: true });
  const corpus = join(root, "tests/data/corpus", fuzzer);
  cpSync(corpus, join(folder, "corpus"), { recursive: true });
  const program = join(root, "build/fuzz/tests", fuzzer);
  const profile = join(folder, "coverage.profraw");
  const args = [`-max_total_time=${seconds}`, "-seed=1", "-timeout=20", "-rss_limit_mb=3000", "-max_len=65536", "-close_fd_mask=1",
    `-artifact_prefix=${join(folder, "findings")}/`, join(folder, "corpus")]; // prettier-ignore
  await run(`${fuzzer}, ${seconds} s`, program, args, { env: { ...env, LLVM_PROFILE_FILE: profile } });
  return coverage(program, profile, dirname(clang), env);
}

/**
 * Lines reached, by source file.
 * @param {string} program
 * @param {string} profile
 * @param {string} bin the folder of llvm-cov
 * @param {NodeJS.ProcessEnv} env
 * @returns {{file: string, covered: number, count: number}[]}
 */
function coverage(program, profile, bin, env) {
  const tool = (/** @type {string} */ name) => (bin === "." ? name : join(bin, name));
  const merged = profile.replace("profraw", "profdata");
  if (output(tool("llvm-profdata"), ["merge", "-o", merged, profile], env) === null) {
    throw new Sentence("llvm-profdata failed: coverage is not known.");
  }
  const json = output(tool("llvm-cov"), ["export", "-summary-only", `-instr-profile=${merged}`, program], env);
  if (json === null) throw new Sentence("llvm-cov failed: coverage is not known.");
  /** @type {{filename: string, summary: {lines: {covered: number, count: number}}}[]} */
  const files = JSON.parse(json).data[0].files;
  return files.map(({ filename, summary }) => ({ file: filename.replace(`${root}/`, ""), ...summary.lines }));
}

/** @param {number} [seconds] for each target @returns {Promise<{passed: number, failed: number}>} */
export async function fuzz(seconds = 20) {
  const tools = await ensureClang();
  const env = { ...tools.env, CC: tools.clang.replace("clang++", "clang"), CXX: tools.clang };
  await cmakeBuild("fuzz", Object.keys(readers).concat(otherFuzzers()), env);
  let [passed, failed] = [0, 0];
  for (const fuzzer of [...Object.keys(readers), ...otherFuzzers()]) {
    const lines = await runFuzzer(fuzzer, seconds, tools);
    const rooms = readers[/** @type {keyof typeof readers} */ (fuzzer)] ?? [];
    const own = lines.filter(({ file }) => rooms.some((room) => file.startsWith(room)));
    const covered = own.reduce((sum, { covered: n }) => sum + n, 0);
    const count = own.reduce((sum, { count: n }) => sum + n, 0);
    const percent = count ? Math.round((100 * covered) / count) : 100;
    const good = rooms.length === 0 || (count > 0 && percent >= goal);
    if (rooms.length) say(`  ${fuzzer}: nothing found; reached ${percent} % of ${rooms.join(", ")} (goal ${goal} %)`);
    if (good) passed += 1;
    else failed += 1;
  }
  return { passed, failed };
}

/** Fuzzers without a coverage goal of their own. */
function otherFuzzers() {
  const names = readdirSync(join(root, "tests")).filter((name) => /^fuzz_.*\.cpp$/.test(name));
  const all = names.map((name) => name.replace(".cpp", ""));
  return all.filter((name) => !(name in readers) && existsSync(join(root, "tests/data/corpus", name)));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  runMain(() => fuzz(Number(process.argv[2] ?? 20)));
}
