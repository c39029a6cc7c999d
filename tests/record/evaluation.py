"""tests/data/evaluation: made-up predictions and what scikit-learn makes of them.

    python -m tests.record.evaluation

To record again whenever a figure of src/evaluation is defined anew. The resampling is that of src/evaluation/ranking.h.
"""

import csv
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)

from tests.record.reference import DATA

FOLDER = DATA / "evaluation"
LABELS = ("normal", "benign", "malignant")
NORMAL, BENIGN, MALIGNANT = range(3)
PICTURES, GROUPS, BINS, THRESHOLD = 240, 90, 15, 0.35
RESAMPLES, SEED = 500, 7

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]


def made_up() -> tuple[Integers, Integers, Numbers]:
    """Classes, groups and probabilities: better than chance, with equal scores among them, in thousandths."""
    random = np.random.default_rng(5)
    groups = random.integers(GROUPS, size=PICTURES)
    truth = random.choice(3, p=(0.2, 0.5, 0.3), size=GROUPS)[groups]
    logits = random.normal(size=(PICTURES, 3)) + 1.3 * np.eye(3)[truth]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    thousandths = np.floor(shares * 100).astype(np.int64) * 10
    thousandths[:, BENIGN] += 1000 - thousandths.sum(axis=1)
    return truth, groups, thousandths / 1000


def draws(count: int) -> Iterator[int]:
    """Below `count`, without end."""
    mask, state = (1 << 64) - 1, SEED
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        yield ((z ^ z >> 31) >> 32) * count >> 32


def auc_interval(positive: NDArray[np.bool_], score: Numbers, group: Integers) -> tuple[float, float, float]:
    """Value and ends, by resampling groups."""
    first = sorted(set(group), key=list(group).index)
    members = [np.flatnonzero(group == g) for g in first]
    draw = draws(len(members))
    aucs = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([members[next(draw)] for _ in members])
        if 0 < positive[chosen].sum() < len(chosen):
            aucs.append(roc_auc_score(positive[chosen], score[chosen]))
    lower, upper = np.quantile(aucs, (0.025, 0.975))
    return roc_auc_score(positive, score), lower, upper


def wilson(hits: int, of: int) -> tuple[float, float, float]:
    """Wilson's score interval, from its quadratic equation: |p - share|² = z² p (1 - p) / n."""
    z, share = 1.959963984540054, hits / of
    lower, upper = sorted(np.roots([1 + z * z / of, -2 * share - z * z / of, share * share]).real)
    return share, lower, upper


def calibration_error(positive: NDArray[np.bool_], score: Numbers) -> float:
    """Of calibration_curve's bins, each with its weight."""
    shares, means = calibration_curve(positive, score, n_bins=BINS)
    counts, _ = np.histogram(np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], score), np.arange(BINS + 1))
    return float(np.abs(shares - means) @ counts[counts > 0] / len(score))


def figures(truth: Integers, groups: Integers, probabilities: Numbers) -> Iterator[tuple[str, float]]:
    """Name and value of every figure."""

    def with_interval(name: str, numbers: tuple[float, float, float]) -> Iterator[tuple[str, float]]:
        for end, number in zip(("value", "lower", "upper"), numbers, strict=True):
            yield f"{name}.{end}", number

    malignant, score = truth == MALIGNANT, probabilities[:, MALIGNANT]
    yield from with_interval("auc_rest", auc_interval(malignant, score, groups))

    lesion = truth != NORMAL
    benign = probabilities[lesion, BENIGN]
    with np.errstate(invalid="ignore"):
        ratio = np.nan_to_num(score[lesion] / (score[lesion] + benign), nan=0.5)
    yield from with_interval("auc_benign", auc_interval(malignant[lesion], ratio, groups[lesion]))

    order = sorted(set(groups), key=list(groups).index)
    means = np.array([score[groups == g].mean() for g in order])
    yield "auc_grouped.value", roc_auc_score([malignant[groups == g][0] for g in order], means)

    called = probabilities.argmax(axis=1)
    for i, row in enumerate(confusion_matrix(truth, called)):
        for j, count in enumerate(row):
            yield f"confusion.{i}.{j}", count
    yield "accuracy", accuracy_score(truth, called)
    yield "macro_f1", f1_score(truth, called, average="macro")
    for i, recall in enumerate(recall_score(truth, called, average=None)):
        yield f"recall.{i}", recall

    above = score >= THRESHOLD
    yield from with_interval("sensitivity", wilson(int((above & malignant).sum()), int(malignant.sum())))
    yield from with_interval("specificity", wilson(int((~above & ~malignant).sum()), int((~malignant).sum())))

    yield "ece_called", calibration_error(called == truth, probabilities.max(axis=1))
    yield "ece_malignant", calibration_error(malignant, score)
    yield "brier", float(((probabilities - np.eye(3)[truth]) ** 2).sum(axis=1).mean())
    yield "brier_malignant", brier_score_loss(malignant, score)

    false_rates, true_rates, thresholds = roc_curve(malignant, score, drop_intermediate=False)
    for i, point in enumerate(zip(false_rates, true_rates, thresholds, strict=True)):
        for name, number in zip(("false", "true", "threshold"), point, strict=True):
            yield f"roc.{i}.{name}", number


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    truth, groups, probabilities = made_up()
    with (FOLDER / "predictions.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "label", "group", *(f"probability_{label}" for label in LABELS)])
        for i in range(PICTURES):
            row = (f"{i + 1}.png", LABELS[truth[i]], f"patient {groups[i]}")
            table.writerow([*row, *(f"{p:.3f}" for p in probabilities[i])])
    with (FOLDER / "figures.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["name", "value"])
        table.writerows((name, repr(float(value))) for name, value in figures(truth, groups, probabilities))


if __name__ == "__main__":
    main()
