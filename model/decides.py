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
from model.native import Floats, classify, classify_with_maps
from model.network import Network
from model.pictures import Pixels, as_pixels
from model.predict import activations
from model.sources import LABELS

SHARE = 0.1  # of the image that is covered
SHIFTS = 4  # other places that are covered as much
OCCLUDED = 12  # images with a lesion, a set and fold, whose occlusion maps are made: seconds each
COLUMNS = ("activation_inside", "occlusion_inside", "hottest_fall", "elsewhere_fall")


def maximum_inside(values: Floats, mask: Pixels) -> int:
    """Does a map's maximum over the image, `values` of whatever size, lie in the lesion?"""
    large = cv2.resize(values, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    y, x = np.unravel_index(int(large.argmax()), large.shape)
    return int(mask[y, x] > 127)


def covered(image: Pixels, hot: Floats, rng: np.random.Generator) -> list[Pixels]:
    """The image with its hottest SHARE in its mean grey, and SHIFTS times with as much elsewhere: the same shape, moved
    round at random."""
    large = cv2.resize(hot, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    hottest = large >= np.sort(large.ravel())[int((1 - SHARE) * large.size)]
    moves = [(0, 0), *(tuple(int(rng.integers(side)) for side in image.shape) for _ in range(SHIFTS))]
    out = []
    for move in moves:
        whole = image.copy()
        whole[np.roll(hottest, move, (0, 1))] = round(float(image.mean()))
        out.append(whole)
    return out


def answer(program: Path, model: Path, images: list[Pixels], label: str, folder: Path) -> list[float]:
    """P(label) of each."""
    files = [folder / f"covered-{n}.png" for n in range(len(images))]
    for file, image in zip(files, images, strict=True):
        if not cv2.imwrite(str(file), image):
            raise ValueError(f"'{file}' could not be written")
    return [record["probabilities"][label] for record in classify(program, model, files)]


def judge_occlusion(
    dataset: Dataset, rows: list[int], labels: np.ndarray, folder: Path, program: Path, sets: Path
) -> list[dict[str, Any]]:
    """The occlusion map's COLUMNS of each row; `labels` are those whose maps are looked at."""
    model, out = folder / "int8.tflite", []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for label in np.unique(labels):
            files = [sets / dataset.rows[i].file for i, own in zip(rows, labels, strict=True) if own == label]
            classify_with_maps(program, model, files, "occlusion", LABELS[label], scratch)
        for i, label in zip(rows, labels, strict=True):
            row = dataset.rows[i]
            hot = np.load(scratch / f"{row.sha256}-occlusion.npy")
            inside = maximum_inside(hot, dataset.image(i)[1])
            rng = np.random.default_rng(int(row.sha256[:8], 16))
            image = as_pixels(cv2.imread(str(sets / row.file), cv2.IMREAD_GRAYSCALE))
            asked = [image, *covered(image, hot, rng)]
            whole, hottest, *elsewhere = answer(program, model, asked, LABELS[label], scratch)
            falls = (whole - hottest, whole - float(np.mean(elsewhere)))
            out.append(dict(zip(COLUMNS[1:], (inside, *(f"{fall:.5f}" for fall in falls)), strict=True)))
    return out


def labels_of(lines: list[dict[str, Any]]) -> np.ndarray:
    """Benign or malignant, whichever is more probable: the label whose maps are looked at."""
    return np.asarray(1 + read_head(logits(lines), Temperatures())[:, 1:].argmax(axis=1))


def add_activation(
    dataset: Dataset, pictures: Pixels, rows: list[int], network: Network, lines: list[dict[str, Any]]
) -> None:
    """Where the class activation map of PyTorch's network has its maximum: the file does not hold it."""
    with_lesion = [n for n, line in enumerate(lines) if "dice" in line]
    maps = activations(network, pictures, [rows[n] for n in with_lesion])
    signs = np.where(labels_of([lines[n] for n in with_lesion]) == 2, 1, -1)
    for n, values, sign in zip(with_lesion, maps, signs, strict=True):
        row = dataset.rows[rows[n]]
        padded = cv2.resize(sign * values, dataset.masks.shape[:0:-1], interpolation=cv2.INTER_LINEAR)
        inside = padded[row.top : row.bottom, row.left : row.right]
        lines[n]["activation_inside"] = maximum_inside(inside, dataset.image(rows[n])[1])


def add_occlusion(
    dataset: Dataset, rows: list[int], folder: Path, program: Path, sets: Path, lines: list[dict[str, Any]]
) -> None:
    """Of OCCLUDED lesions of each set, evenly taken."""
    for name in sorted({line["set"] for line in lines}):
        at = [n for n, line in enumerate(lines) if line["set"] == name and "dice" in line]
        some = [at[k] for k in np.unique(np.linspace(0, len(at) - 1, min(OCCLUDED, len(at))).astype(int))]
        labels = labels_of([lines[n] for n in some])
        judged = judge_occlusion(dataset, [rows[n] for n in some], labels, folder, program, sets)
        for n, columns in zip(some, judged, strict=True):
            lines[n] |= columns
