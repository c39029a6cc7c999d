"""Writes REPORT.md from what training and the native program left behind: no number in it is typed by hand.

    python model/seed/report.py --data ../shared/data --program build/native/echolens

The shipped int8 file is judged by the native program on the test split (fold 0), from the image files themselves.
"""

import argparse
import csv
import json
import subprocess
from pathlib import Path

import numpy as np
from data import LABELS

HERE = Path(__file__).parent
RESAMPLES = 2000

TEMPLATE = """# The seed network

The network this project grew from: a student's small Keras CNN (Conv2D, MaxPooling2D, Flatten, Dense; Adam; sparse
categorical cross-entropy; three classes) on BUSI. Rebuilt here in Keras 3 and measured so that nobody is fooled. It is the
baseline that every later network is compared with, not a good reader.

Research and education only. Not a medical device; not cleared or CE-marked. Scores are not validated cancer probabilities.

## What it reaches

| setting | images | accuracy | macro-F1 |
| --- | --- | --- | --- |
| its author, random split, near-duplicates on both sides | – | 76 % | – |
| here, {folds} grouped folds, pooled out of fold, Keras | {used} | {accuracy} | {f1} |
| here, shipped int8 file, native program, test split (fold 0) | {test} | {test_accuracy} | {test_f1} |
| always calling "benign" | {used} | {majority} | – |

Intervals are 95 %, from {resamples} bootstrap samples of duplicate groups. On its own training images it reaches
{train}: it learns by heart more than it generalises, and a random split of a set with near-duplicates rewards that.

![Loss and accuracy by epoch](figures/curves.png)

![Confusion matrix, out of fold](figures/confusion.png)

Out of fold, {missed} of {malignant} malignant images are called something else ({missed_normal} of them normal), and
{alarms} of {harmless} others are called malignant.

## What int8 costs

On the test split the int8 file (echolens, native) and Keras's f32 network call {changed} of {test} images differently;
the mean change of a probability is {mean_delta:.4f}, the largest {max_delta:.3f}.

## How it was made

- Data: BUSI (Al-Dhabyani et al. 2020, "Dataset of breast ultrasound images", Data in Brief 28), {images} images of the
  development part. Near-duplicates (correlation of 48 x 48 thumbnails over 0.95, also mirrored) are grouped **across
  labels**: {duplicates} images repeat another one; {contradictory} images in groups with contradictory labels are left
  out; a group is on one side of every split. BUSI has no patient ids, so two different views of one patient may still
  stand on both sides.
- Training: grey, letterboxed to {side} x {side}, left-right mirroring, class weights, Adam with cosine decay, batch
  {batch}, {epochs} epochs, no early stopping, nothing chosen on the held-out folds; {parameters:,} parameters.
  `python model/seed/train.py --data ../shared/data --seed {seed}` took {minutes} minutes of processor time.
- Shipped is the network of fold 0, trained on the other four, so fold 0 is a test split for it.
- Conversion: `python model/seed/convert.py` runs `echolens convert`; the int8 ranges come from 100 images of the training
  split.

`out_of_fold.csv` holds every out-of-fold prediction: each figure above can be recomputed from it.
"""


def read_predictions(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def scores(truth: np.ndarray, called: np.ndarray) -> tuple[float, float]:
    """Accuracy and macro-F1."""
    f1 = []
    for label in range(len(LABELS)):
        hits = np.sum((truth == label) & (called == label))
        f1.append(2 * hits / max(np.sum(truth == label) + np.sum(called == label), 1))
    return float(np.mean(truth == called)), float(np.mean(f1))


def with_interval(truth: np.ndarray, called: np.ndarray, groups: np.ndarray) -> tuple[str, str]:
    """'68.1 % (64.0 – 72.2)' of accuracy, and macro-F1 alike, resampling whole groups."""
    rng = np.random.default_rng(0)
    names = np.unique(groups)
    rows = [np.flatnonzero(groups == name) for name in names]
    samples = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([rows[i] for i in rng.integers(0, len(names), len(names))])
        samples.append(scores(truth[chosen], called[chosen]))
    low, high = np.percentile(samples, [2.5, 97.5], axis=0)
    accuracy, f1 = scores(truth, called)
    return (
        f"{accuracy * 100:.1f} % ({low[0] * 100:.1f} – {high[0] * 100:.1f})",
        f"{f1:.3f} ({low[1]:.3f} – {high[1]:.3f})",
    )


def classify(program: Path, files: list[Path]) -> np.ndarray:
    """Probabilities by the native program and its built-in model, in the order of LABELS."""
    listing = "\n".join(str(file) for file in files) + "\n"
    command = [str(program), "classify", "--format", "jsonl", "-"]
    result = subprocess.run(command, input=listing, capture_output=True, text=True, check=True)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    return np.array([[record["probabilities"][label] for label in LABELS] for record in records])


def main() -> None:
    parser = argparse.ArgumentParser(description="Write REPORT.md.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--program", type=Path, required=True)
    options = parser.parse_args()

    facts = json.loads((HERE / "training.json").read_text())
    rows = read_predictions(HERE / "out_of_fold.csv")
    truth = np.array([LABELS.index(row["label"]) for row in rows])
    keras = np.array([[float(row[label]) for label in LABELS] for row in rows])
    groups = np.array([int(row["group"]) for row in rows])
    called = keras.argmax(axis=1)
    accuracy, f1 = with_interval(truth, called, groups)

    test = np.array([int(row["fold"]) == 0 for row in rows])
    folder = options.data / "Dataset_BUSI_with_GT"
    int8 = classify(options.program, [folder / row["file"] for row, inside in zip(rows, test, strict=True) if inside])
    test_accuracy, test_f1 = with_interval(truth[test], int8.argmax(axis=1), groups[test])
    change = np.abs(int8 - keras[test])
    malignant = truth == LABELS.index("malignant")
    report = TEMPLATE.format(
        **{key: value for key, value in facts.items() if key != "train_accuracy"},
        accuracy=accuracy,
        f1=f1,
        test=int(test.sum()),
        test_accuracy=test_accuracy,
        test_f1=test_f1,
        majority=f"{np.mean(truth == LABELS.index('benign')) * 100:.1f} %",
        resamples=RESAMPLES,
        train=f"{np.mean(facts['train_accuracy']) * 100:.0f} % on average over the folds",
        malignant=int(malignant.sum()),
        missed=int(np.sum(malignant & (called != LABELS.index("malignant")))),
        missed_normal=int(np.sum(malignant & (called == LABELS.index("normal")))),
        alarms=int(np.sum(~malignant & (called == LABELS.index("malignant")))),
        harmless=int(np.sum(~malignant)),
        changed=int(np.sum(int8.argmax(axis=1) != keras[test].argmax(axis=1))),
        mean_delta=float(change.mean()),
        max_delta=float(change.max()),
        minutes=round(facts["cpu_seconds"] / 60),
    )
    (HERE / "REPORT.md").write_text(report)


if __name__ == "__main__":
    main()
