"""The figures by which runs are compared, from predictions.csv: each set apart, as the protocol asks."""

import csv
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np

from model.figures import Estimate, Floats, accuracy, calibration_error, estimate, macro_f1, roc_area
from model.sources import LABELS

Line = dict[str, str]


def summary(lines: list[Line]) -> dict[str, Estimate]:
    """Named figures; those of a set that is not there are left out."""
    out: dict[str, Estimate] = {}
    for name in sorted({line["set"] for line in lines}):
        of_set = [line for line in lines if line["set"] == name]
        lesions = [line for line in of_set if line["label"] != LABELS[0]]
        if len(lesions) < len(of_set):
            out[f"{name}: AUC malignant against rest"] = area(of_set)
            out[f"{name}: accuracy, three classes"] = of_calls(of_set, accuracy)
            out[f"{name}: macro-F1"] = of_calls(of_set, macro_f1)
        out[f"{name}: AUC malignant against benign"] = area(lesions)
        if any(line["case"] for line in of_set):
            out[f"{name}: AUC by patient"] = area(by_patient(lesions))
        devices = sorted({line["device"] for line in of_set})
        for device in devices if len(devices) > 1 else []:
            out[f"{name}, {device}: AUC"] = area([line for line in lesions if line["device"] == device])
        out[f"{name}: ECE of malignant"] = of_malignant(of_set, calibration_error)
        out |= {f"{name}: {title}": value for title, value in of_map(lesions).items()}
    return out


def column(lines: Iterable[Line], name: str) -> Floats:
    return np.array([float(line[name]) for line in lines])


def groups(lines: Iterable[Line]) -> list[str]:
    return [line["group"] for line in lines]


def of_malignant(lines: list[Line], figure: Callable[[Floats, Floats, Floats], float]) -> Estimate:
    score = column(lines, "malignant")
    truth = np.array([line["label"] == "malignant" for line in lines], float)
    return estimate(lambda weight: figure(score, truth, weight), groups(lines))


def area(lines: list[Line]) -> Estimate:
    return of_malignant(lines, roc_area)


def of_calls(lines: list[Line], figure: Callable[[Floats, Floats, Floats], float]) -> Estimate:
    called = np.stack([column(lines, label) for label in LABELS], axis=1).argmax(axis=1).astype(float)
    truth = np.array([LABELS.index(line["label"]) for line in lines], float)
    return estimate(lambda weight: figure(called, truth, weight), groups(lines))


def of_map(lesions: list[Line]) -> dict[str, Estimate]:
    """Of the lesion map: beside it what the middle of the image and chance reach."""
    drawn = [line for line in lesions if line["dice"]]
    names = {
        "map_inside": "map's maximum in the lesion",
        "centre_inside": "image's middle in the lesion",
        "mask_share": "share of the image that is lesion",
        "dice": "Dice",
    }
    out = {}
    for name, title in names.items():
        out[title] = estimate(partial(average, column(drawn, name)), groups(drawn))
    return out


def average(values: Floats, weight: Floats) -> float:
    return float(np.average(values, weights=weight))


def by_patient(lines: list[Line]) -> list[Line]:
    """One line a case: the mean of its views."""
    cases: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        cases.setdefault((line["case"], line["label"]), []).append(line)
    return [views[0] | {"malignant": str(float(np.mean(column(views, "malignant"))))} for views in cases.values()]


def read_predictions(path: Path) -> list[Line]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))
