"""The prepared data: one row an image, its picture and lesion mask, group and fold."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from model.cache import write_whole
from model.pictures import Pixels
from model.sources import LABELS


@dataclass(frozen=True)
class Row:
    """What the index says of an image."""

    set: str
    file: str  # within the folder of the sets
    sha256: str  # of the file
    label: str
    device: str
    case: str
    birads: str
    histology: str
    group: int  # images that may stand on one side of a split only
    fold: int
    width: int  # of the image
    height: int
    left: int  # where the image lies in the stored picture
    top: int
    right: int
    bottom: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the image in the stored picture."""
        return self.left, self.top, self.right, self.bottom

    @property
    def label_number(self) -> int:
        return LABELS.index(self.label)


@dataclass(frozen=True)
class Dataset:
    """Pictures [n, side, side] and masks (0 or 255) as stored, letterboxed; mapped into memory, not read."""

    rows: list[Row]
    pictures: Pixels
    masks: Pixels

    def image(self, i: int) -> tuple[Pixels, Pixels]:
        """Image and mask without the letterbox."""
        row = self.rows[i]
        inside = (slice(row.top, row.bottom), slice(row.left, row.right))
        return self.pictures[i][inside], self.masks[i][inside]

    def split(self, fold: int, hold_out: list[str]) -> tuple[list[int], list[int]]:
        """Rows to train on and rows to judge on: a fold, or the devices that are held out."""
        judged = [row.device in hold_out if hold_out else row.fold == fold for row in self.rows]
        return [i for i, out in enumerate(judged) if not out], [i for i, out in enumerate(judged) if out]


def write_rows(path: Path, rows: list[Row]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(Row))
    writer.writerows(astuple(row) for row in rows)
    write_whole(path, text.getvalue().encode())


def read_rows(path: Path) -> list[Row]:
    numbers = {field.name for field in fields(Row) if field.type is int}
    with path.open(newline="") as file:
        return [
            Row(**{key: int(value) if key in numbers else value for key, value in row.items()})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        ]


def load_network_pictures(folder: Path, side: int) -> Pixels:
    """[n, side, side] as the engine feeds them to a network of that size, in the order of the rows."""
    path = folder / f"network-{side}.npy"
    if not path.exists():
        raise ValueError(f"'{path}' is not there: put {side} into data.network_sides and prepare again")
    pictures: Pixels = np.load(path, mmap_mode="r")
    return pictures


def load_dataset(folder: Path) -> Dataset:
    """What `prepare` left in the folder."""
    if not (folder / "index.csv").exists():
        raise ValueError(f"'{folder}' holds no prepared data: run `python -m model prepare` first")
    pictures, masks = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("pictures", "masks"))
    return Dataset(read_rows(folder / "index.csv"), pictures, masks)
