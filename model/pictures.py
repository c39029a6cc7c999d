"""Pictures as the engine prepares them: `echolens preprocess` writes them, this reads them."""

import csv
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def as_pixels(image: Any) -> Pixels:
    """What OpenCV and Pillow return, with a type."""
    return np.asarray(image, np.uint8)


@dataclass(frozen=True)
class Picture:
    """A letterboxed image: x in the image = (x in the picture - offset) * step."""

    path: Path
    sha256: str  # of the image's file
    width: int  # of the image
    height: int
    step: tuple[float, float]
    offset: tuple[float, float]

    def read(self) -> Pixels:
        return as_pixels(Image.open(self.path))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the image in the picture."""
        left, top = (round(v) for v in self.offset)
        step_x, step_y = self.step
        return left, top, left + round(self.width / step_x), top + round(self.height / step_y)


def preprocess(program: Path, files: list[Path], side: int, folder: Path) -> list[Picture]:
    """Letterboxes the files into `side` x `side` pixels, in this order. An image that cannot be read ends it."""
    names = "".join(f"{file}\n" for file in files)
    command = [str(program), "preprocess", "--size", str(side), "--output", str(folder), "-"]
    subprocess.run(command, input=names, text=True, check=True, stdout=subprocess.DEVNULL)
    with (folder / "index.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Picture(
            folder / row["picture"],
            row["sha256"],
            int(row["width"]),
            int(row["height"]),
            (float(row["step_x"]), float(row["step_y"])),
            (float(row["offset_x"]), float(row["offset_y"])),
        )
        for row in rows
    ]
