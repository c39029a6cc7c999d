"""Every figure of the protocol, from the lines of out_of_fold.csv and nothing else.

What is fitted (temperatures, thresholds, quantiles, gate) is fitted again here, without the lines that it is judged on.
"""

from collections import Counter
from typing import Any

import numpy as np

from model.calibrate import BALANCED, COVERAGE, RULE_OUT, Fitted, Judged, fit, judge, labels, source, without
from model.figures import Floats, accuracy, calibration_error, estimate, macro_f1, roc_area
from model.sources import LABELS
from model.summary import Line, column, groups

Figures = dict[str, Any]
POINTS = (RULE_OUT, BALANCED)
PREVALENCES = (0.01, 0.1, 0.32)  # women recalled or referred; the last is that of the pictures themselves
SAMPLES = 1000
MALIGNANT = LABELS.index("malignant")


def as_figure(value: Any) -> Figures | None:
    """An estimate as JSON; None where there is nothing to estimate."""
    if not np.isfinite(value.value):
        return None
    return {name: round(float(getattr(value, name)), 5) for name in ("value", "lower", "upper")}


def share(flags: Any, of: list[Line]) -> Figures | None:
    """The mean of a value an image, resampling whole groups: as `estimate` does it, for many figures at once."""
    if not of:
        return None
    _, group = np.unique(groups(of), return_inverse=True)
    sums, sizes = np.bincount(group, np.asarray(flags, float)), np.bincount(group)
    drawn = np.random.default_rng(0).multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), SAMPLES)
    lower, upper = np.quantile((drawn @ sums) / (drawn @ sizes), [0.025, 0.975])
    value = float(sums.sum() / sizes.sum())
    return {"value": round(value, 5), "lower": round(float(lower), 5), "upper": round(float(upper), 5)}


def area(score: Floats, truth: Any, of: list[Line]) -> Figures | None:
    truth = np.asarray(truth, bool)
    if truth.all() or not truth.any():
        return None
    return as_figure(estimate(lambda weight: roc_area(score, truth, weight), groups(of), SAMPLES))


def among_lesions(p: Floats) -> Floats:
    """P(malignant) of an image that is benign or malignant, as `echolens evaluate` ranks them."""
    return np.asarray(p[:, 2] / np.maximum(p[:, 1] + p[:, 2], 1e-12))


def patients(judged: Judged) -> tuple[Floats, np.ndarray, list[Line]]:
    """P(malignant), its mean over the views of a case; truth; a line each."""
    cases: dict[tuple[str, str], list[int]] = {}
    for i, line in enumerate(judged.lines):
        cases.setdefault((line["case"], line["label"]), []).append(i)
    first = [judged.lines[views[0]] for views in cases.values()]
    return np.array([judged.p[views, 2].mean() for views in cases.values()]), labels(first) == MALIGNANT, first


def at_points(judged: Judged) -> Figures:
    malignant = labels(judged.lines) == MALIGNANT
    out = {}
    for name in POINTS:
        called = judged.called[name]
        ill, well = ([judged.lines[i] for i in np.flatnonzero(side)] for side in (malignant, ~malignant))
        out[name] = {
            "sensitivity": share(called[malignant], ill),
            "specificity": share(~called[~malignant], well),
            "missed": int((malignant & ~called).sum()),
            "false_alarms": int((~malignant & called).sum()),
        }
    return out


def ranking(judged: Judged) -> Figures:
    """AUC of malignant against the rest, against benign, and by patient where the set tells patients."""
    truth = labels(judged.lines)
    lesions = judged.part(truth > 0)
    out: Figures = {
        "malignant_against_rest": area(judged.p[:, 2], truth == MALIGNANT, judged.lines),
        "malignant_against_benign": area(among_lesions(lesions.p), labels(lesions.lines) == MALIGNANT, lesions.lines),
    }
    if all(line["case"] for line in judged.lines):
        out["by_patient"] = area(*patients(judged))
    return out


def three_classes(judged: Judged) -> Figures:
    truth, called = labels(judged.lines), judged.p.argmax(axis=1)
    named = groups(judged.lines)
    confusion = np.zeros((len(LABELS), len(LABELS)), int)
    np.add.at(confusion, (truth, called), 1)
    return {
        "accuracy": as_figure(estimate(lambda weight: accuracy(called, truth, weight), named, SAMPLES)),
        "macro_f1": as_figure(estimate(lambda weight: macro_f1(called, truth, weight), named, SAMPLES)),
        "confusion": confusion.tolist(),  # rows: truth
    }


def calibration(judged: Judged) -> Figures:
    """Of P(malignant), before and after temperature."""
    truth = (labels(judged.lines) == MALIGNANT).astype(float)
    out: Figures = {}
    for name, p in (("before", judged.raw), ("after", judged.p)):
        score = np.asarray(p[:, 2])
        ece = estimate(
            lambda weight, score=score: calibration_error(score, truth, weight),  # type: ignore[misc]
            groups(judged.lines),
            SAMPLES,
        )
        out[name] = {"ece": as_figure(ece), "brier": share((score - truth) ** 2, judged.lines)}
    return out


def conformal(judged: Judged) -> Figures:
    truth = labels(judged.lines)
    kept = judged.sets[np.arange(len(truth)), truth]
    size = judged.sets.sum(axis=1)
    return {
        "wanted": COVERAGE,
        "coverage": {
            label: share(kept[truth == n], [judged.lines[i] for i in np.flatnonzero(truth == n)])
            for n, label in enumerate(LABELS)
            if (truth == n).any()
        },
        "one_class": share(size == 1, judged.lines),
        "several_classes": share(size > 1, judged.lines),
        "no_class": share(size == 0, judged.lines),
    }


def int8_cost(judged: Judged) -> Figures:
    """What int8 changes against the float32 file, both by the native program."""
    truth = labels(judged.lines)
    lesions = judged.part(truth > 0)
    ill = labels(lesions.lines) == MALIGNANT
    own, other = among_lesions(lesions.p), among_lesions(lesions.float32)
    lost = estimate(
        lambda weight: roc_area(other, ill, weight) - roc_area(own, ill, weight), groups(lesions.lines), SAMPLES
    )
    off = np.abs(judged.p - judged.float32)
    return {
        "auc_lost": as_figure(lost),
        "changed_classes": share(judged.p.argmax(axis=1) != judged.float32.argmax(axis=1), judged.lines),
        "changed_calls": {
            name: share(judged.called[name] != judged.float32_called[name], judged.lines) for name in POINTS
        },
        "mean_difference": round(float(off.mean()), 5),
        "largest_difference": round(float(off.max()), 5),
    }


def lesion_map(judged: Judged) -> Figures:
    """Its maximum in the lesion, against the image's middle and against chance; Dice at .5."""
    drawn = [line for line in judged.lines if line["dice"]]
    return {name: share(column(drawn, name), drawn) for name in ("map_inside", "centre_inside", "mask_share", "dice")}


def decides(judged: Judged) -> Figures:
    """What in the image decides: where other maps have their maximum, against the middle of the same images and chance;
    how far the probability falls when the hottest tenth of the occlusion map is covered, or as much elsewhere."""
    lesions = [line for line in judged.lines if line["activation_inside"]]
    some = [line for line in judged.lines if line["occlusion_inside"]]
    out: Figures = {"activation_inside": share(column(lesions, "activation_inside"), lesions)}
    names = ("occlusion_inside", "centre_inside", "mask_share", "hottest_fall", "elsewhere_fall")
    of_some: Figures = {name: share(column(some, name), some) for name in names}
    of_some["map_inside"] = share(column(some, "map_inside"), some)
    hotter = column(some, "hottest_fall") > column(some, "elsewhere_fall")
    return out | {"occlusion": {"images": len(some), **of_some, "hottest_more": share(hotter, some)}}


def by(judged: Judged, field: str) -> Figures:
    """AUC and the operating points, for each value of a column."""
    out: Figures = {}
    values = np.array([line[field] for line in judged.lines])
    for value, count in sorted(Counter(values.tolist()).items()):
        part = judged.part(values == value)
        malignant = labels(part.lines) == MALIGNANT
        out[value] = {
            "images": count,
            "malignant": int(malignant.sum()),
            "auc": area(part.p[:, 2], malignant, part.lines),
            "points": at_points(part),
        }
    return out


def readers(judged: Judged) -> Figures:
    """The radiologists' BI-RADS category taken as a score, on the same images and patients."""
    score = column(judged.lines, "birads")
    truth = labels(judged.lines) == MALIGNANT
    cases: dict[tuple[str, str], list[int]] = {}
    for i, line in enumerate(judged.lines):
        cases.setdefault((line["case"], line["label"]), []).append(i)
    first = [judged.lines[views[0]] for views in cases.values()]
    mean = np.array([score[views].mean() for views in cases.values()])
    return {
        "auc": area(score, truth, judged.lines),
        "auc_by_patient": area(mean, labels(first) == MALIGNANT, first),
        "points": {
            str(category): {
                "sensitivity": round(float((score[truth] >= category).mean()), 5),
                "specificity": round(float((score[~truth] < category).mean()), 5),
            }
            for category in sorted(set(score.astype(int).tolist()))[1:]
        },
    }


def cost_of_mistakes(points: Figures) -> Figures:
    """Of 1,000 women, at each prevalence: cancers missed and false alarms, as far as the shares hold for them."""
    out: Figures = {}
    for name, point in points.items():
        if point["sensitivity"] is None or point["specificity"] is None:
            continue
        out[name] = {
            str(prevalence): {
                "missed": turned(point["sensitivity"], 1000 * prevalence),
                "false_alarms": turned(point["specificity"], 1000 * (1 - prevalence)),
            }
            for prevalence in PREVALENCES
        }
    return out


def turned(figure: Figures, times: float) -> Figures:
    """(1 - figure) * times; the interval's ends change places."""
    ends = {"value": "value", "lower": "upper", "upper": "lower"}
    return {name: round((1 - figure[source]) * times, 2) for name, source in ends.items()}


def of_set(judged: Judged) -> Figures:
    """All that is said of a set."""
    truth = labels(judged.lines)
    points = at_points(judged)
    out: Figures = {
        "images": {label: int((truth == n).sum()) for n, label in enumerate(LABELS)},
        "auc": ranking(judged),
        "points": points,
        "cost_of_mistakes": cost_of_mistakes(points),
        "calibration": calibration(judged),
        "conformal": conformal(judged),
        "gate_refused": share(judged.refused, judged.lines),
        "int8": int8_cost(judged),
        "lesion_map": lesion_map(judged),
        "decides": decides(judged),
        "by_label": by(judged, "label"),
        "by_scanner": by(judged, "device"),
    }
    if (truth == 0).any():
        out["three_classes"] = three_classes(judged)
    if all(line["birads"] for line in judged.lines):
        out |= {"by_birads": by(judged, "birads"), "readers": readers(judged)}
    if all(line["histology"] for line in judged.lines):
        out["by_histology"] = by(judged, "histology")
    return out


def of_stranger(judged: Judged) -> Figures:
    """Of a scanner, or several, that thresholds or the network have not seen."""
    fitted = next(iter(judged.fits.values()))
    return {
        "images": len(judged.lines),
        "auc": ranking(judged),
        "points": at_points(judged),
        "calibration": calibration(judged),
        "rule_out_level": fitted.level,
        "gate_refused": share(judged.refused, judged.lines),
    }


def as_table(fitted: Fitted) -> Figures:
    return {
        "temperature": round(fitted.temperatures.lesion, 5),
        "malignant_temperature": round(fitted.temperatures.malignant, 5),
        "malignant_offset": round(fitted.temperatures.offset, 5),
        "rule_out_level": fitted.level,
        "thresholds": {name: round(value, 6) for name, value in fitted.thresholds.items()},
        "quantiles": [round(value, 6) for value in fitted.quantiles],
        "gate_threshold": round(fitted.gate, 3),
    }


def out_of_fold(lines: list[Line]) -> list[Line]:
    return [line for line in lines if not line["held_out"]]


def judged_out_of_fold(lines: list[Line]) -> list[Judged]:
    """The folds, each by what the others fit; then each held-out source by the folds' images of other sources."""
    own = out_of_fold(lines)
    strangers = [line for line in lines if line["held_out"]]
    judged = [judge(own, lambda line: line["fold"], own, strangers)]
    for name in sorted({source(line) for line in strangers}):
        part = [line for line in strangers if source(line) == name]
        judged.append(judge(part, source, without(own, name), strangers))
    return judged


def scanner_transfer(own: list[Line]) -> Figures:
    """Thresholds and temperatures of the other scanners; the networks have seen the scanner."""
    out: Figures = {}
    names = sorted({line["device"] for line in own})
    for name in names if len(names) > 1 else []:
        part = [line for line in own if line["device"] == name]
        out[name] = of_stranger(judge(part, source, own, []))
    return out


def measure(lines: list[Line]) -> Figures:
    """Of all lines; `shipped` is fitted on all of them, and is what the file gets."""
    folds, *strangers = judged_out_of_fold(lines)
    names = np.array([line["set"] for line in folds.lines])
    held_out = [line for line in lines if line["held_out"]]
    return {
        "images": len(folds.lines),
        "sets": {str(name): of_set(folds.part(names == name)) for name in np.unique(names)},
        "together": {"points": at_points(folds), "conformal": conformal(folds), "auc": ranking(folds)},
        "scanner_transfer": scanner_transfer(folds.lines),
        "held_out": {judged.lines[0]["held_out"]: of_stranger(judged) for judged in strangers},
        "fitted": {fold: as_table(fitted) for fold, fitted in folds.fits.items()},
        "shipped": as_table(fit(folds.lines, held_out)),
    }
