"""The report's pictures: SVG that is the same for the same figures, and one PNG of errors."""

import json
from pathlib import Path
from typing import Any

import cv2
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from model.calibrate import Judged, labels
from model.dataset import Dataset
from model.figures import Floats
from model.measure import MALIGNANT, POINTS, Figures
from model.sources import LABELS

# Gómez-Flores et al. 2023: the senior reader on BUS-BRA.
SENIOR_READER = (0.932, 0.776)
TILE = 160  # pixels
SHOWN = 8  # errors of either kind

plt.rcParams.update({"svg.hashsalt": "echolens", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3})


def save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def rates(score: Floats, truth: np.ndarray) -> tuple[Floats, Floats]:
    """False and true positive rates from the highest score down."""
    values = np.unique(score)[::-1]
    passed, found = (
        np.searchsorted(np.sort(-side), -values, side="right") / len(side) for side in (score[~truth], score[truth])
    )
    return np.append(0, passed), np.append(0, found)


def draw_roc(sets: dict[str, Judged], figures: Figures, path: Path) -> None:
    """Malignant against the rest; the operating points; on BUS-BRA the readers."""
    figure, axes = plt.subplots(1, len(sets), figsize=(4.4 * len(sets), 4.2), squeeze=False)
    for axis, (name, judged) in zip(axes[0], sets.items(), strict=True):
        axis.plot(*rates(judged.p[:, 2], labels(judged.lines) == MALIGNANT), label="network, int8")
        of_set = figures["sets"][name]
        for point, marker in zip(POINTS, "os", strict=True):
            place = of_set["points"][point]
            axis.plot(1 - place["specificity"]["value"], place["sensitivity"]["value"], marker, label=point)
        if "readers" in of_set:
            points = of_set["readers"]["points"].values()
            axis.plot(
                [1 - p["specificity"] for p in points], [p["sensitivity"] for p in points], "k^:", label="BI-RADS"
            )
            axis.plot(1 - SENIOR_READER[1], SENIOR_READER[0], "r*", markersize=10, label="senior reader")
        axis.plot([0, 1], [0, 1], color="grey", linewidth=0.7)
        axis.set(title=name, xlabel="1 - specificity", ylabel="sensitivity")
        axis.legend(loc="lower right")
    save(figure, path)


def draw_confusion(counts: list[list[int]], path: Path) -> None:
    figure, axis = plt.subplots(figsize=(3.8, 3.4))
    share = np.array(counts) / np.maximum(np.sum(counts, axis=1, keepdims=True), 1)
    axis.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (y, x), part in np.ndenumerate(share):
        axis.text(x, y, str(counts[y][x]), ha="center", va="center", color="white" if part > 0.5 else "black")
    axis.set(xlabel="called", ylabel="truth", xticks=range(3), yticks=range(3), xticklabels=LABELS, yticklabels=LABELS)
    axis.grid(False)
    save(figure, path)


def draw_reliability(sets: dict[str, Judged], path: Path, bins: int = 10) -> None:
    figure, axes = plt.subplots(1, len(sets), figsize=(4 * len(sets), 3.6), squeeze=False)
    for axis, (name, judged) in zip(axes[0], sets.items(), strict=True):
        truth = labels(judged.lines) == MALIGNANT
        for title, p in (("before temperature", judged.raw[:, 2]), ("after", judged.p[:, 2])):
            place = np.minimum((p * bins).astype(int), bins - 1)
            there = np.unique(place)
            mean, share = ([values[place == n].mean() for n in there] for values in (p, truth))
            axis.plot(mean, share, "o-", label=title)
        axis.plot([0, 1], [0, 1], color="grey", linewidth=0.7)
        axis.set(title=name, xlabel="P(malignant)", ylabel="share that is malignant")
        axis.legend()
    save(figure, path)


def draw_decision(sets: dict[str, Judged], path: Path) -> None:
    """Net benefit of acting on P(malignant) (Vickers and Elkin 2006)."""
    figure, axes = plt.subplots(1, len(sets), figsize=(4.2 * len(sets), 3.6), squeeze=False)
    thresholds = np.linspace(0.01, 0.8, 80)
    odds = thresholds / (1 - thresholds)
    for axis, (name, judged) in zip(axes[0], sets.items(), strict=True):
        truth, p = labels(judged.lines) == MALIGNANT, judged.p[:, 2]
        acted = p[:, None] >= thresholds
        share = truth.mean()
        axis.plot(
            thresholds, (acted & truth[:, None]).mean(0) - odds * (acted & ~truth[:, None]).mean(0), label="network"
        )
        axis.plot(thresholds, share - odds * (1 - share), label="act on all")
        axis.axhline(0, color="grey", label="act on none")
        axis.set(title=name, xlabel="threshold", ylabel="net benefit", ylim=(-0.05, share + 0.05))
        axis.legend()
    save(figure, path)


def draw_curves(run: Path, path: Path) -> None:
    """Loss by epoch, and the AUCs that were looked at; a line a fold."""
    logs = [json.loads(file.read_text()) for file in sorted(run.glob("fold-*/log.json"))]
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.4))
    for log in logs:
        axes[0].plot([entry["epoch"] for entry in log], [entry["loss"] for entry in log], color="tab:blue", alpha=0.6)
        for name, colour in (("AUC BUSI", "tab:orange"), ("AUC BUS-BRA", "tab:green")):
            seen = [entry for entry in log if name in entry]
            axes[1].plot([e["epoch"] for e in seen], [e[name] for e in seen], "o-", color=colour, alpha=0.6)
    axes[0].set(xlabel="epoch", ylabel="loss in training")
    axes[1].set(xlabel="epoch", ylabel="AUC on the fold, malignant against benign", title="orange BUSI, green BUS-BRA")
    save(figure, path)


def draw_errors(judged: Judged, dataset: Dataset, path: Path) -> None:
    """The worst of BUS-BRA, whose licence allows it: above malignant ones that score lowest, below benign ones that
    score highest; the outline is the set's own."""
    truth = labels(judged.lines) == MALIGNANT
    order = np.argsort(judged.p[:, 2], kind="stable")
    place = {row.sha256: i for i, row in enumerate(dataset.rows)}
    rows = []
    for chosen in ([i for i in order if truth[i]], [i for i in order[::-1] if not truth[i]]):
        tiles = [tile(dataset, place[judged.lines[i]["sha256"]], judged.p[i, 2]) for i in chosen[:SHOWN]]
        tiles += [np.full((TILE, TILE), 255, np.uint8)] * (SHOWN - len(tiles))
        rows.append(np.hstack(tiles))
    if not cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise ValueError(f"'{path}' could not be written")


def tile(dataset: Dataset, i: int, score: float) -> np.ndarray:
    picture, mask = (
        cv2.resize(np.asarray(pixels), (TILE, TILE), interpolation=cv2.INTER_AREA)
        for pixels in (dataset.pictures[i], dataset.masks[i])
    )
    outlines, _ = cv2.findContours((mask > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, 255, 1)
    cv2.putText(picture, f"{score:.2f}", (4, TILE - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 255, 1, cv2.LINE_AA)
    return np.asarray(picture, np.uint8)
