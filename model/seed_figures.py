"""The seed network's figures, from its own out-of-fold predictions, by the same functions."""

from pathlib import Path

import numpy as np

from model.calibrate import labels
from model.figures import accuracy, calibration_error, estimate, macro_f1
from model.measure import MALIGNANT, SAMPLES, Figures, among_lesions, area, as_figure, share
from model.sources import LABELS
from model.summary import column, groups, read_predictions

TABLE = Path(__file__).parent / "seed" / "out_of_fold.csv"


def seed_figures() -> Figures:
    """On BUSI, with the paths that `measure` gives them; it has no temperature."""
    lines = read_predictions(TABLE)
    named, truth = groups(lines), labels(lines)
    p = np.stack([column(lines, label) for label in LABELS], axis=1)
    called, ill = p.argmax(axis=1), (truth == MALIGNANT).astype(float)
    lesions = [line for line, label in zip(lines, truth, strict=True) if label > 0]
    ece = estimate(lambda weight: calibration_error(p[:, 2], ill, weight), named, SAMPLES)
    return {
        "auc": {
            "malignant_against_rest": area(p[:, 2], ill, lines),
            "malignant_against_benign": area(among_lesions(p[truth > 0]), truth[truth > 0] == MALIGNANT, lesions),
        },
        "three_classes": {
            "accuracy": as_figure(estimate(lambda weight: accuracy(called, truth, weight), named, SAMPLES)),
            "macro_f1": as_figure(estimate(lambda weight: macro_f1(called, truth, weight), named, SAMPLES)),
        },
        "calibration": {"before": {"ece": as_figure(ece), "brier": share((p[:, 2] - ill) ** 2, lines)}},
    }
