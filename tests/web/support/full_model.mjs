/** A model file with all that one can have: operating points, conformal set, lesion map, card, figures. Its weights are random. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const share = (/** @type {number} */ value) => ({ value, lower: value - 0.03, upper: value + 0.02 });

/** Markdown of every kind that the page shows, and what it must not follow. */
const text = `# About the model

**Not a medical device. ${"Every word of a long warning is bold. ".repeat(12)}**Two lines
of one paragraph with \`code\` and *stress*.

- first of a list,
  which goes on
- second

| set | AUC |
| --- | --- |
| here | .93 (.91 – .95) |

## Limits

<img src="x" onerror="alert(1)"> stays text, [a link](https://example.org/a) its address, ![a picture](https://example.org/b.png) its words.
`;

export const card = {
  name: "full",
  version: "2",
  labels: ["normal", "benign", "malignant"],
  preprocessing: { mean: 100, scale: 0.3 },
  head: { kind: "factored", logits: "logits", temperature: 0.1, malignant_temperature: 0.1 },
  views: ["identity", "mirror"],
  lesion_map: "lesion",
  operating_points: [
    { name: "rule-out", label: "malignant", threshold: 0.03, data: "out of fold", sensitivity: share(0.96), specificity: share(0.61) },
    { name: "balanced", label: "malignant", threshold: 0.5, data: "out of fold", sensitivity: share(0.86), specificity: share(0.82) },
  ],
  conformal: { coverage: 0.9, quantiles: [0.7, 0.65, 0.8] },
  text,
  figures: [{ name: "AUC, malignant against benign", ...share(0.94), data: "BUSI, out of fold" }],
};

/**
 * @param {Partial<typeof card>} [other] in place of what stands in the card
 * @returns {Buffer}
 */
export function fullModel(other) {
  const folder = mkdtempSync(join(tmpdir(), "echolens-model-"));
  try {
    const [cardFile, model] = [join(folder, "card.json"), join(folder, "model.tflite")];
    writeFileSync(cardFile, JSON.stringify({ ...card, ...other }));
    const network = join(root, "tests/data/onnx/torch-script-lesion-17.onnx");
    const args = ["convert", network, "-o", model, "--card", cardFile];
    const { status, stderr } = spawnSync(join(root, "build/native/echolens"), args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`echolens convert: ${stderr}`);
    return readFileSync(model);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
