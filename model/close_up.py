"""The close-up: a second look at what the network took for the lesion, cut out of the image with what surrounds it.

As src/reading/close_up.cpp does it for the file that ships; here for networks in PyTorch.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from model.augment import antialiased
from model.pictures import Pixels, as_pixels

SIDE = 2.0  # of the close-up, in those of the lesion
SMALLEST = 1 / 3  # in the image's longer sides

Region = tuple[int, int, int, int]  # x, y, width, height in the image


def lesion_box(lesion_map: NDArray[np.floating], inside: tuple[float, float, float, float]) -> tuple[int, ...]:
    """Left, top, right and bottom, in cells of the map, of what is connected to its maximum over half of it. Cells
    whose middle lies outside `inside` (left, top, right, bottom, in cells) are no part of the image."""
    height, width = lesion_map.shape
    left, top, right, bottom = inside
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    image = ((y >= top) & (y < bottom))[:, None] & ((x >= left) & (x < right))[None, :]
    values = np.where(image, lesion_map, -1.0)
    peak = np.unravel_index(int(values.argmax()), values.shape)
    parts = cv2.connectedComponents((values >= values[peak] / 2).astype(np.uint8), connectivity=4)[1]
    rows, columns = np.nonzero(parts == parts[peak])
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def region_around(box: tuple[float, ...], width: int, height: int) -> Region:
    """The close-up of a box in an image, both in its pixels."""
    left, top, right, bottom = box
    side = max(SIDE * max(right - left, bottom - top), SMALLEST * max(width, height))
    w, h = min(round(side), width), min(round(side), height)
    x = min(max(round((left + right - w) / 2), 0), width - w)
    y = min(max(round((top + bottom - h) / 2), 0), height - h)
    return x, y, w, h


def find_close_up(lesion_map: NDArray[np.floating], box: Region, side: int) -> Region:
    """Of an image that lies at `box` (left, top, right, bottom) in a letterboxed picture of `side` pixels."""
    cells = side / lesion_map.shape[0]
    left, top, right, bottom = box
    found = lesion_box(lesion_map, (left / cells, top / cells, right / cells, bottom / cells))
    x0, y0, x1, y1 = (v * cells for v in found)
    return region_around((x0 - left, y0 - top, x1 - left, y1 - top), right - left, bottom - top)


def cut_out(image: Pixels, region: Region, size: int) -> Pixels:
    """The region, letterboxed to `size` pixels, near to what the engine makes of it."""
    x, y, width, height = region
    part = image[y : y + height, x : x + width]
    scale = size / max(width, height)
    w, h = max(round(width * scale), 1), max(round(height * scale), 1)
    small = as_pixels(cv2.resize(antialiased(part, scale), (w, h), interpolation=cv2.INTER_LINEAR))
    out = np.zeros((size, size), np.uint8)
    top, left = (size - h) // 2, (size - w) // 2
    out[top : top + h, left : left + w] = small
    return out
