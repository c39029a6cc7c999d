"""Reads BUSI as the engine does, groups near-duplicates across labels, and splits by group."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

LABELS = ("normal", "benign", "malignant")
SIDE = 96  # of the network's input
THUMBNAIL = 48
SAME = 0.95  # correlation of thumbnails over which two images count as one


@dataclass(frozen=True)
class Case:
    """One image: its file (relative to the BUSI folder), label index, network picture and duplicate group."""

    file: str
    label: int
    picture: np.ndarray
    group: int


def read_grey(path: Path) -> Image.Image:
    """Grey as the engine sees it: alpha over black, then ITU-R BT.601 luma."""
    image = Image.open(path)
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image)
    return image.convert("RGB").convert("L") if image.mode != "L" else image


def letterbox(image: Image.Image, side: int = SIDE) -> np.ndarray:
    """Aspect kept, centred, black around: src/image/preprocess.cpp in Python."""
    width, height = image.size
    if width >= height:
        fitted = (side, max((height * side + width // 2) // width, 1))
    else:
        fitted = (max((width * side + height // 2) // height, 1), side)
    out = Image.new("L", (side, side), 0)
    out.paste(image.resize(fitted, Image.Resampling.BILINEAR), ((side - fitted[0]) // 2, (side - fitted[1]) // 2))
    return np.asarray(out)


def thumbnail(image: Image.Image) -> np.ndarray:
    """Zero-mean, unit-length vector of a small version: dot products are correlations."""
    small = image.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX)
    values = np.asarray(small, np.float64)
    values = values - values.mean()
    return values / max(float(np.linalg.norm(values)), 1e-9)


def find_groups(thumbnails: np.ndarray) -> np.ndarray:
    """Connected components of 'correlates over SAME, also mirrored': one group number an image."""
    flat = thumbnails.reshape(len(thumbnails), -1)
    mirrored = thumbnails[:, :, ::-1].reshape(len(thumbnails), -1)
    same = np.maximum(flat @ flat.T, flat @ mirrored.T) > SAME
    group = np.arange(len(flat))
    changed = True
    while changed:  # every image takes the smallest number among those it resembles
        smallest = np.where(same, group[None, :], len(flat)).min(axis=1)
        changed = bool((smallest < group).any())
        group = np.minimum(group, smallest)
    return group


@dataclass(frozen=True)
class Dataset:
    """Cases with contradictory groups left out, and how many images that cost."""

    cases: list[Case]
    images: int
    duplicates: int
    contradictory: int


def load(root: Path) -> Dataset:
    """`root` holds Dataset_BUSI_with_GT/index.csv (columns file, label)."""
    folder = root / "Dataset_BUSI_with_GT"
    with (folder / "index.csv").open(newline="") as file:
        rows = [(row["file"], LABELS.index(row["label"])) for row in csv.DictReader(file)]
    greys = [read_grey(folder / name) for name, _ in rows]
    groups = find_groups(np.stack([thumbnail(grey) for grey in greys]))
    labels: dict[int, set[int]] = defaultdict(set)
    for (_, label), group in zip(rows, groups, strict=True):
        labels[int(group)].add(label)
    cases = [
        Case(name, label, letterbox(grey), int(group))
        for (name, label), grey, group in zip(rows, greys, groups, strict=True)
        if len(labels[int(group)]) == 1
    ]
    return Dataset(cases, len(rows), len(rows) - len(labels), len(rows) - len(cases))


def folds(cases: list[Case], count: int, seed: int) -> np.ndarray:
    """A fold number an image: whole groups, dealt out label by label so that folds have like shares."""
    rng = np.random.default_rng(seed)
    members: dict[int, list[int]] = defaultdict(list)
    for i, case in enumerate(cases):
        members[case.group].append(i)
    fold = np.zeros(len(cases), int)
    for label in range(len(LABELS)):
        groups = sorted(group for group, images in members.items() if cases[images[0]].label == label)
        sizes = np.zeros(count, int)
        for group in rng.permutation(groups):
            smallest = int(sizes.argmin())
            fold[members[int(group)]] = smallest
            sizes[smallest] += len(members[int(group)])
    return fold
