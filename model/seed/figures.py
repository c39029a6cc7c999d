"""The pictures of the report: training curves (matplotlib) and the confusion matrix as a heat map (seaborn)."""

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import seaborn as sns
from data import LABELS


def draw_curves(histories: list[dict[str, list[float]]], file: Path) -> None:
    """Loss and accuracy by epoch: a thin line a fold, the mean in bold."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4))
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        for key, colour, title in ((name, "tab:blue", "training"), (f"val_{name}", "tab:orange", "held-out fold")):
            curves = np.array([history[key] for history in histories])
            axis.plot(np.arange(1, curves.shape[1] + 1), curves.T, color=colour, alpha=0.25, linewidth=0.8)
            axis.plot(np.arange(1, curves.shape[1] + 1), curves.mean(axis=0), color=colour, label=title)
        axis.set(xlabel="epoch", ylabel=name)
        axis.grid(alpha=0.3)
        axis.legend()
    axes[0].set_ylim(0, 2.5)
    figure.tight_layout()
    figure.savefig(file, dpi=100)
    plt.close(figure)


def draw_confusion(counts: np.ndarray, file: Path) -> None:
    figure, axis = plt.subplots(figsize=(4.4, 3.6))
    sns.heatmap(counts, annot=True, fmt="d", cmap="Blues", xticklabels=LABELS, yticklabels=LABELS, ax=axis)
    axis.set(xlabel="called", ylabel="truth")
    figure.tight_layout()
    figure.savefig(file, dpi=100)
    plt.close(figure)
