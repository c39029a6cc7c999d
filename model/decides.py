"""What in the image decides: class activation maps (Zhou et al. 2016) and the native program's occlusion maps (Zeiler
and Fergus 2014), of images that the network has not seen.

A map that tells the truth has two marks: its maximum lies in the lesion, and covering the hottest tenth costs the
answer more than covering as much elsewhere (Petsiuk et al. 2018, "RISE", in one step).
"""

import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.calibrate import Temperatures, logits
from model.calibrate import probabilities as read_head
from model.dataset import Dataset
from model.native import Floats, NetworkFile, ask
from model.pictures import Pixels
from model.predict import activations, load_network
from model.sources import LABELS

SHARE = 0.1  # of the image that is covered
SHIFTS = 4  # other places that are covered as much
OCCLUDED = 12  # images with a lesion, a set and fold, whose occlusion maps are made: seconds each
COLUMNS = ("activation_inside", "occlusion_inside", "hottest_fall", "elsewhere_fall")

Box = tuple[int, int, int, int]


def occlusion_maps(program: Path, model: Path, files: list[Path], label: str, folder: Path) -> None:
    """How far P(label) falls when a place is covered, at each pixel of the image: SHA256-occlusion.npy of each file."""
    asked = ("--map", "occlusion", "--map-label", label, "--map-format", "npy", "--force")
    listing = "".join(f"{file}\n" for file in files)
    ask(program, "classify", "--model", model, "--heatmap", folder, *asked, "-", given=listing)


def maximum_inside(values: Floats, mask: Pixels, box: Box) -> int:
    """Does a map's maximum over the image, `values` of whatever size, lie in the lesion?"""
    left, top, right, bottom = box
    large = cv2.resize(values, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    y, x = np.unravel_index(int(large.argmax()), large.shape)
    return int(mask[top + y, left + x] > 127)


def covered(picture: Pixels, hot: Floats, box: Box, rng: np.random.Generator) -> list[Pixels]:
    """The picture with the hottest SHARE of the image in the image's mean grey, and SHIFTS times as much elsewhere: the
    same shape, moved round at random."""
    left, top, right, bottom = box
    image = picture[top:bottom, left:right]
    large = cv2.resize(hot, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    hottest = large >= np.sort(large.ravel())[int((1 - SHARE) * large.size)]
    moves = [(0, 0), *(tuple(int(rng.integers(side)) for side in image.shape) for _ in range(SHIFTS))]
    out = []
    for move in moves:
        whole = picture.copy()
        part = whole[top:bottom, left:right]
        part[np.roll(hottest, move, (0, 1))] = round(float(image.mean()))
        out.append(whole)
    return out


def scaled_box(dataset: Dataset, i: int, side: int) -> Box:
    """Where the image lies in a network picture of `side` pixels."""
    stored = dataset.masks.shape[1]
    left, top, right, bottom = (round(v * side / stored) for v in dataset.rows[i].box)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def answer(file: NetworkFile, pictures: list[Pixels], label: int, folder: Path) -> Floats:
    """P(label) of each, the mean of both views."""
    both = [np.stack(pictures), np.stack(pictures)[:, :, ::-1]]
    values = np.stack([file.run(view, folder)["logits"] for view in both]).astype(np.float64)
    return np.asarray(read_head(values, Temperatures())[:, label])


def judge_occlusion(
    dataset: Dataset, pictures: Pixels, rows: list[int], labels: np.ndarray, folder: Path, program: Path, sets: Path
) -> list[dict[str, Any]]:
    """The occlusion map's COLUMNS of each row; `labels` are those whose maps are looked at."""
    file, out = NetworkFile(program, folder / "int8.tflite"), []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for label in np.unique(labels):
            files = [sets / dataset.rows[i].file for i, own in zip(rows, labels, strict=True) if own == label]
            occlusion_maps(program, file.path, files, LABELS[label], scratch)
        for i, label in zip(rows, labels, strict=True):
            row, picture = dataset.rows[i], np.asarray(pictures[i])
            hot = np.load(scratch / f"{row.sha256}-occlusion.npy")
            inside = maximum_inside(hot, dataset.masks[i], row.box)
            rng = np.random.default_rng(int(row.sha256[:8], 16))
            box = scaled_box(dataset, i, pictures.shape[1])
            asked = [picture, *covered(picture, hot, box, rng)]
            whole, hottest, *elsewhere = answer(file, asked, int(label), scratch)
            falls = (whole - hottest, whole - float(np.mean(elsewhere)))
            out.append(dict(zip(COLUMNS[1:], (inside, *(f"{fall:.5f}" for fall in falls)), strict=True)))
    return out


def labels_of(lines: list[dict[str, Any]]) -> np.ndarray:
    """Benign or malignant, whichever is more probable: the label whose maps are looked at."""
    return np.asarray(1 + read_head(logits(lines), Temperatures())[:, 1:].argmax(axis=1))


def add_activation(
    dataset: Dataset, pictures: Pixels, rows: list[int], folder: Path, lines: list[dict[str, Any]]
) -> None:
    """Where the class activation map of PyTorch's network has its maximum: the file does not hold it."""
    with_lesion = [n for n, line in enumerate(lines) if "dice" in line]
    maps = activations(load_network(folder / "weights.pt"), pictures, [rows[n] for n in with_lesion])
    signs = np.where(labels_of([lines[n] for n in with_lesion]) == 2, 1, -1)
    for n, values, sign in zip(with_lesion, maps, signs, strict=True):
        row = dataset.rows[rows[n]]
        padded = cv2.resize(sign * values, dataset.masks.shape[:0:-1], interpolation=cv2.INTER_LINEAR)
        inside = padded[row.top : row.bottom, row.left : row.right]
        lines[n]["activation_inside"] = maximum_inside(inside, dataset.masks[rows[n]], row.box)


def add_occlusion(
    dataset: Dataset,
    pictures: Pixels,
    rows: list[int],
    folder: Path,
    program: Path,
    sets: Path,
    lines: list[dict[str, Any]],
) -> None:
    """Of OCCLUDED lesions of each set, evenly taken."""
    for name in sorted({line["set"] for line in lines}):
        at = [n for n, line in enumerate(lines) if line["set"] == name and "dice" in line]
        some = [at[k] for k in np.unique(np.linspace(0, len(at) - 1, min(OCCLUDED, len(at))).astype(int))]
        labels = labels_of([lines[n] for n in some])
        judged = judge_occlusion(dataset, pictures, [rows[n] for n in some], labels, folder, program, sets)
        for n, columns in zip(some, judged, strict=True):
            lines[n] |= columns
