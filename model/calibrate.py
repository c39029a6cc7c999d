"""What is fitted on out-of-fold predictions: temperatures, operating points, conformal quantiles, the gate's threshold.

Each function takes the lines that it may see; who calls leaves out those that are judged.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.figures import Floats
from model.sources import LABELS
from model.summary import Line, column
from model.views import VIEWS, prefix

RULE_OUT, BALANCED = "rule-out", "balanced"
SENSITIVITY = 0.95  # wanted of rule-out, on scanners that the network knows
ABROAD = 0.93  # and on those that neither the network nor the threshold has seen
LEVELS = np.round(np.arange(SENSITIVITY, 0.9951, 0.005), 3)  # sensitivities to choose it by
FEWEST = 20  # malignant images of a scanner that the margin is chosen by
COVERAGE = 0.9  # of the conformal sets, of each class
REFUSED = 0.005  # share of readable pictures that the gate may refuse, of a scanner too that nobody has seen
DISTANCE = "gate_distance "  # before the scanner's name: a column each
TEMPERATURES = np.geomspace(0.25, 4, 161)


@dataclass(frozen=True)
class Temperatures:
    """With the offset that is taken off the malignant logit first."""

    lesion: float = 1.0
    malignant: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Fitted:
    """All that the metadata hold of it."""

    temperatures: Temperatures
    level: float  # sensitivity that the rule-out threshold has on the lines it is fitted on
    thresholds: dict[str, float]
    quantiles: list[float]
    gate: float
    scanners: list[str]  # of the lines it is fitted on: whose centres the gate has


def logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)), float)


def logits(lines: list[Line], kind: str = "") -> Floats:
    """[views, n, 2]; `kind` "float_": those of the float32 file."""
    return np.array(
        [
            [column(lines, f"{kind}{prefix(view)}{question}_logit") for question in ("lesion", "malignant")]
            for view in VIEWS
        ]
    ).transpose(0, 2, 1)


def probabilities(values: Floats, at: Temperatures) -> Floats:
    """[n, 3], the mean over the views, as the engine reads a factored head."""
    lesion, malignant = logistic(values[..., 0] / at.lesion), logistic((values[..., 1] - at.offset) / at.malignant)
    each = np.stack([1 - lesion, lesion * (1 - malignant), lesion * malignant], axis=-1)
    return np.asarray(each.mean(axis=0), float)


def labels(lines: list[Line]) -> np.ndarray:
    return np.array([LABELS.index(line["label"]) for line in lines])


def fit_temperature(values: Floats, truth: np.ndarray) -> float:
    """Of logits [views, n], the one with the least cross-entropy of the views' mean probability (Guo et al. 2017)."""
    if len(np.unique(truth)) < 2:
        return 1.0

    def cost(temperature: float) -> float:
        p = np.clip(logistic(values / temperature).mean(axis=0), 1e-7, 1 - 1e-7)
        return float(-np.where(truth, np.log(p), np.log(1 - p)).mean())

    return float(min(TEMPERATURES, key=cost))


def prior_offset(truth: np.ndarray) -> float:
    """Training shows as many malignant lesions as benign ones (`data.sampling`); probabilities are to hold where they
    are as frequent as in `truth` (Saerens et al. 2002, "Adjusting the outputs of a classifier to new a priori
    probabilities"). Known, not fitted: 0 where it cannot be known."""
    benign, malignant = int((truth == 1).sum()), int((truth == 2).sum())
    return float(np.log(benign / malignant)) if benign and malignant else 0.0


def fit_temperatures(lines: list[Line]) -> Temperatures:
    """'Is there a lesion' on the sets that have normals, 'is it malignant' on all lesions."""
    values, truth = logits(lines), labels(lines)
    offset = prior_offset(truth)
    with_normals = {line["set"] for line in lines if line["label"] == LABELS[0]}
    asked = np.array([line["set"] in with_normals for line in lines], bool)
    lesion = truth > 0
    return Temperatures(
        fit_temperature(values[:, asked, 0], truth[asked] > 0),
        fit_temperature(values[:, lesion, 1] - offset, truth[lesion] == 2),
        offset,
    )


def threshold_of(score: Floats, malignant: np.ndarray, sensitivity: float) -> float:
    """The largest threshold that calls at least this share of the malignant."""
    found = np.sort(score[malignant])
    return float(found[int(np.floor((1 - sensitivity) * len(found) + 1e-9))])


def source(line: Line) -> str:
    """What was left out of training, or the scanner."""
    return line["held_out"] or line["device"]


def without(lines: list[Line], name: str) -> list[Line]:
    """Those of other scanners; `name` may be several, as in "GE Logiq 5, GE Logiq 7"."""
    return [line for line in lines if line["device"] not in name.split(", ")]


def rule_out_level(lines: list[Line], strangers: list[Line], temperatures: Temperatures) -> float:
    """The safety margin for a scanner that nobody has seen: the smallest of LEVELS that, reached by a threshold on the
    lines of all other scanners, leaves ABROAD on each one that a network was trained without (`strangers`). Without
    such networks, SENSITIVITY on each scanner that the threshold is chosen without. The largest where none does."""
    wanted = ABROAD if strangers else SENSITIVITY
    sides = []
    for name in sorted({source(line) for line in strangers or lines}):
        others, own = without(lines, name), [line for line in strangers or lines if source(line) == name]
        known, unknown = (
            (probabilities(logits(part), temperatures)[:, 2], labels(part) == 2) for part in (others, own)
        )
        if known[1].any() and unknown[1].sum() >= FEWEST:
            sides.append((known, unknown[0][unknown[1]]))

    def worst(level: float) -> float:
        return min(float((found >= threshold_of(*known, level)).mean()) for known, found in sides)

    return next((float(level) for level in LEVELS if sides and worst(level) >= wanted), float(LEVELS[-1]))


def youden(score: Floats, malignant: np.ndarray) -> float:
    """The threshold of the largest sensitivity + specificity (Youden 1950): both mistakes cost their share alike."""
    values = np.unique(score)
    missed = np.searchsorted(np.sort(score[malignant]), values) / malignant.sum()
    passed = np.searchsorted(np.sort(score[~malignant]), values) / (~malignant).sum()
    return float(values[int((passed - missed).argmax())])


def conformal_quantiles(p: Floats, truth: np.ndarray, coverage: float = COVERAGE) -> list[float]:
    """Of 1 - P(label), a class each: its ceil((n + 1) coverage)-th smallest (Vovk 2012, "Conditional validity of
    inductive conformal predictors"); 1, so that the class always stays, where there are too few images."""
    quantiles = []
    for label in range(len(LABELS)):
        off = np.sort(1 - p[truth == label, label])
        rank = int(np.ceil((len(off) + 1) * coverage - 1e-9))
        quantiles.append(float(off[rank - 1]) if rank <= len(off) else 1.0)
    return quantiles


def gate_distance(lines: list[Line], scanners: list[str]) -> Floats:
    """From the nearest centre of these scanners; infinite without any."""
    each = [[float(line.get(DISTANCE + name) or np.inf) for name in scanners] for line in lines]
    return np.array(each).min(axis=1, initial=np.inf)


def fit_gate(lines: list[Line], scanners: list[str]) -> float:
    """A new scanner's images lie further off than another image of those that are known. So each scanner is judged by
    the centres of the others: the distance under which all but REFUSED of the worst one's images stay."""
    device = np.array([line["device"] for line in lines])
    furthest = [float(np.quantile(gate_distance(lines, scanners), 1 - REFUSED))]
    for name in scanners if len(scanners) > 1 else []:
        part = [lines[i] for i in np.flatnonzero(device == name)]
        others = [other for other in scanners if other != name]
        furthest.append(float(np.quantile(gate_distance(part, others), 1 - REFUSED)))
    return max(furthest)


def fit(lines: list[Line], strangers: list[Line]) -> Fitted:
    """Everything, on these lines; the rule-out margin also on those of networks that have not seen their scanner."""
    truth = labels(lines)
    malignant = truth == LABELS.index("malignant")
    if malignant.all() or not malignant.any():
        raise ValueError("operating points need malignant images and others to be fitted on")
    temperatures = fit_temperatures(lines)
    p = probabilities(logits(lines), temperatures)
    score = p[:, 2]
    level = rule_out_level(lines, strangers, temperatures)
    thresholds = {RULE_OUT: threshold_of(score, malignant, level), BALANCED: youden(score, malignant)}
    scanners = sorted({line["device"] for line in lines})
    gate = fit_gate(lines, scanners)
    return Fitted(temperatures, level, thresholds, conformal_quantiles(p, truth), gate, scanners)


@dataclass(frozen=True)
class Judged:
    """Lines [n] with what was fitted without them: each one's probabilities, thresholds, sets and gate."""

    lines: list[Line]
    p: Floats  # [n, 3], calibrated
    raw: Floats  # [n, 3], temperatures of 1
    float32: Floats  # [n, 3], of the float32 file, at the same temperatures
    called: dict[str, np.ndarray]  # by operating point: is it called malignant?
    float32_called: dict[str, np.ndarray]
    sets: np.ndarray  # [n, 3]: does the class stay?
    refused: np.ndarray
    fits: dict[str, Fitted]  # by what was left out

    def part(self, chosen: np.ndarray) -> "Judged":
        at = np.flatnonzero(chosen)
        return Judged(
            [self.lines[i] for i in at],
            self.p[at],
            self.raw[at],
            self.float32[at],
            {name: values[at] for name, values in self.called.items()},
            {name: values[at] for name, values in self.float32_called.items()},
            self.sets[at],
            self.refused[at],
            self.fits,
        )


def judge(lines: list[Line], left_out: Callable[[Line], str], pool: list[Line], strangers: list[Line]) -> Judged:
    """Each line by what is fitted on the lines of `pool` and `strangers` that `left_out` tells from it."""
    n = len(lines)
    p, raw, float32 = (np.zeros((n, len(LABELS))) for _ in range(3))
    called, float32_called = ({name: np.zeros(n, bool) for name in (RULE_OUT, BALANCED)} for _ in range(2))
    sets, refused = np.zeros((n, len(LABELS)), bool), np.zeros(n, bool)
    fits = {}
    parts = np.array([left_out(line) for line in lines])
    for part in np.unique(parts):
        at = np.flatnonzero(parts == part)
        fitted = fits[str(part)] = fit(
            *([line for line in seen if left_out(line) != part] for seen in (pool, strangers))
        )
        chosen = [lines[i] for i in at]
        values = logits(chosen)
        p[at] = probabilities(values, fitted.temperatures)
        raw[at] = probabilities(values, Temperatures())
        float32[at] = probabilities(logits(chosen, "float_"), fitted.temperatures)
        for name, threshold in fitted.thresholds.items():
            called[name][at] = p[at, 2] >= threshold
            float32_called[name][at] = float32[at, 2] >= threshold
        sets[at] = 1 - p[at] <= np.array(fitted.quantiles)
        refused[at] = gate_distance(chosen, fitted.scanners) > fitted.gate
    return Judged(lines, p, raw, float32, called, float32_called, sets, refused, fits)
