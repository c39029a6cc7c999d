"""Made-up lines of out_of_fold.csv: logits that know the label to some degree."""

import numpy as np

from model.calibrate import DISTANCE
from model.evaluate import COLUMNS, LOGITS
from model.sources import LABELS
from model.summary import Line

# set, device, images a label
SOURCES = (
    ("BUSI", "BUSI", (40, 60, 50)),
    ("BUS-BRA", "GE Logiq 5", (0, 80, 60)),
    ("BUS-BRA", "GE Logiq 7", (0, 80, 60)),
)


def make_line(number: int, source: tuple[str, str], label: int, rng: np.random.Generator, held_out: str = "") -> Line:
    line = dict.fromkeys(COLUMNS, "")
    case = str(number // 2) if source[0] == "BUS-BRA" else ""
    group = number // 2 * 2
    line |= {"sha256": f"{number:064x}", "set": source[0], "device": source[1], "label": LABELS[label]}
    line |= {"group": str(group), "case": case, "fold": str(group // 2 % 5), "held_out": held_out}
    if case:
        line |= {"birads": str(2 + label + int(rng.integers(2))), "histology": ("cyst", "carcinoma")[label - 1]}
    truth = np.array([4.0 if label else -4.0, 3.0 if label == 2 else -3.0])
    exact = truth + rng.normal(0, 3, 2) + rng.normal(0, 0.3, (2, 2))
    values = [(exact + rng.normal(0, 0.05, (2, 2))).ravel(), exact.ravel()]
    line |= dict(zip(LOGITS, (f"{value:.6f}" for value in np.concatenate(values)), strict=True))
    for _, device, _ in SOURCES:
        line[DISTANCE + device] = f"{rng.chisquare(64) * (1 if device == source[1] else 2):.4f}"
    if label:
        line |= {"map_inside": str(int(rng.random() < 0.9)), "centre_inside": "1", "mask_share": "0.2", "dice": "0.7"}
        line |= {"activation_inside": str(int(rng.random() < 0.5)), "occlusion_inside": "", "hottest_fall": ""}
        if rng.random() < 0.2:
            line |= {"occlusion_inside": "1", "hottest_fall": f"{rng.random():.5f}", "elsewhere_fall": "0.01"}
    return line


def make_lines(seed: int = 0) -> list[Line]:
    """Every source out of fold, and GE Logiq 7 again as a held-out run judges it."""
    rng = np.random.default_rng(seed)
    lines: list[Line] = []
    for name, device, counts in SOURCES:
        for label, count in enumerate(counts):
            lines += [make_line(len(lines) + i, (name, device), label, rng) for i in range(count)]
    again = [line for line in lines if line["device"] == "GE Logiq 7"]
    for line in again:
        number, label = int(line["sha256"], 16), LABELS.index(line["label"])
        lines.append(make_line(number, (line["set"], line["device"]), label, rng, held_out="GE Logiq 7"))
    return lines
