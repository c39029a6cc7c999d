"""Figures of predictions, with 95 % intervals from resampling whole groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def roc_area(score: ArrayLike, truth: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Area under the ROC curve, ties counted half; nan where one side is empty."""
    scores, positive = np.asarray(score, float), np.asarray(truth, bool)
    weights = np.ones(len(scores)) if weight is None else np.asarray(weight, float)
    values, place = np.unique(scores, return_inverse=True)
    ups = np.bincount(place, weights * positive, len(values))
    downs = np.bincount(place, weights * ~positive, len(values))
    if ups.sum() == 0 or downs.sum() == 0:
        return float("nan")
    below = np.cumsum(downs) - downs
    return float((ups * (below + downs / 2)).sum() / (ups.sum() * downs.sum()))


def accuracy(called: ArrayLike, truth: ArrayLike, weight: ArrayLike) -> float:
    return float(np.average(np.asarray(called) == np.asarray(truth), weights=np.asarray(weight, float)))


def macro_f1(called: ArrayLike, truth: ArrayLike, weight: ArrayLike) -> float:
    calls, labels, weights = np.asarray(called), np.asarray(truth), np.asarray(weight, float)
    scores = []
    for label in np.unique(labels):
        hits = weights[(calls == label) & (labels == label)].sum()
        scores.append(2 * hits / max(weights[calls == label].sum() + weights[labels == label].sum(), 1e-9))
    return float(np.mean(scores))


def calibration_error(probability: ArrayLike, truth: ArrayLike, weight: ArrayLike, bins: int = 15) -> float:
    """Expected calibration error of a binary probability (Naeini et al. 2015), bins of equal width."""
    p, y, w = np.asarray(probability, float), np.asarray(truth, float), np.asarray(weight, float)
    place = np.minimum((p * bins).astype(int), bins - 1)
    gaps = np.abs(np.bincount(place, w * (p - y), bins))
    return float(gaps.sum() / w.sum())


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval."""

    value: float
    lower: float
    upper: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.lower:.3f} – {self.upper:.3f})"


def estimate(
    figure: Callable[[Floats], float], groups: Sequence[object], samples: int = 1000, seed: int = 0
) -> Estimate:
    """`figure` of weights, one an image: all 1, then as often as each image's group is drawn."""
    _, group = np.unique([str(name) for name in groups], return_inverse=True)
    count = int(group.max()) + 1
    rng = np.random.default_rng(seed)
    drawn = [
        figure(np.bincount(rng.integers(count, size=count), minlength=count)[group].astype(float))
        for _ in range(samples)
    ]
    lower, upper = np.nanquantile(drawn, [0.025, 0.975])
    return Estimate(figure(np.ones(len(group))), float(lower), float(upper))
