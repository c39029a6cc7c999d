"""A training picture: the image as another scanner and another hand might have shown it."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from model.config import Augmentation
from model.pictures import Pixels, as_pixels

MAP_STRIDE = 8  # network pixels to one of the lesion map
MASK_REDUCTION = 4  # of the mask before it is turned: the map is coarse
TRIES = 10  # placements, until one keeps enough of the lesion
CORNERS = ((0.02, 0.06), (0.55, 0.06), (0.02, 0.97), (0.55, 0.97))  # where scanners write; fractions of the side
WORDS = ("B", "FR 12Hz", "D 4.0cm", "G 52%", "LT BREAST", "R", "1 D 12.3 mm", "10:00", "RAD", "THI", "MI 1.1", "2D")

Frame = tuple[float, float, float]  # a square of the image: the middle's x and y, the side

cv2.setNumThreads(1)


def augment(
    image: Pixels, mask: Pixels, other: Pixels, size: int, settings: Augmentation, rng: np.random.Generator
) -> tuple[Pixels, Pixels]:
    """`size` x `size` pixels for the network, and the mask for its lesion map, 0 to 255. `other` lends its greys."""
    height, width = mask.shape
    small_side = (max(width // MASK_REDUCTION, 1), max(height // MASK_REDUCTION, 1))
    small = as_pixels(cv2.resize(mask, small_side, interpolation=cv2.INTER_AREA))
    scaling = np.diag([width / small_side[0], height / small_side[1]])
    close = rng.random() < settings.close_up_chance
    for _ in range(TRIES):
        frame = close_up(mask, settings, rng) if close else whole(mask.shape, settings, rng)
        matrix = placement(frame, size, settings, rng)
        to_map = np.hstack([matrix[:, :2] @ scaling, matrix[:, 2:]]) / MAP_STRIDE
        if kept_share(small, to_map, size // MAP_STRIDE) >= settings.keep_lesion:
            break
    reduction = math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))

    table = np.arange(256)
    if rng.random() < settings.greys_chance:
        table = greys_of(other, image, rng.uniform(0.3, 1))
    picture = as_pixels(cv2.LUT(image, tones(settings, rng)[table]))
    picture = warp(antialiased(picture, reduction), matrix, size)
    picture = texture(picture, settings, rng)
    if rng.random() < settings.marks_chance:
        picture = marks(picture, rng)
    if rng.random() < settings.jpeg_chance:
        picture = jpeg(picture, int(rng.integers(settings.jpeg[0], settings.jpeg[1] + 1)))
    return picture, warp(antialiased(small, reduction * MASK_REDUCTION / MAP_STRIDE), to_map, size // MAP_STRIDE)


def kept_share(mask: Pixels, matrix: NDArray[np.float64], size: int) -> float:
    """The share of a lesion that `matrix` leaves in the picture; 1 where there is none."""
    points = np.argwhere(mask > 127)[:, ::-1] + 0.5
    if len(points) == 0:
        return 1.0
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    return float(((moved >= 0) & (moved < size)).all(axis=1).mean())


def greys_of(other: Pixels, image: Pixels, strength: float) -> NDArray[np.intp]:
    """As if on another scanner: 256 greys, by which the image's are distributed as the other's, in part."""
    counts = (cv2.calcHist([pixels], [0], None, [256], [0, 256]).ravel() for pixels in (image, other))
    own, wanted = (np.cumsum(part) / part.sum() for part in counts)
    matched = np.interp(own, wanted, np.arange(256))
    return ((1 - strength) * np.arange(256) + strength * matched).round().astype(np.intp)


def whole(shape: tuple[int, ...], settings: Augmentation, rng: np.random.Generator) -> Frame:
    """About all of the image."""
    height, width = shape
    scale = math.exp(rng.uniform(-settings.zoom_out, settings.zoom_in))
    side = max(height, width) / scale
    room = np.abs([side - width, side - height]) / 2 * settings.shift
    x, y = np.array([width, height]) / 2 + rng.uniform(-1, 1, 2) * room
    return float(x), float(y), side


def close_up(mask: Pixels, settings: Augmentation, rng: np.random.Generator) -> Frame:
    """About the lesion, as it might be found; about any place of an image without. Never far beyond the image."""
    height, width = mask.shape
    rows, columns = (np.flatnonzero((mask > 127).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        lesion = max(width, height) * rng.uniform(0.15, 0.5)
        x, y = rng.uniform(0.2, 0.8, 2) * [width, height]
    else:
        lesion = float(max(np.ptp(rows), np.ptp(columns)) + 1)
        x, y = (columns[0] + columns[-1] + 1) / 2, (rows[0] + rows[-1] + 1) / 2
    x, y = np.array([x, y]) + rng.uniform(-1, 1, 2) * settings.close_up_shift * lesion
    smallest, largest = np.log(settings.close_up)
    return float(x), float(y), min(lesion * math.exp(rng.uniform(smallest, largest)), 1.1 * max(width, height))


def placement(frame: Frame, size: int, settings: Augmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    """[2, 3]: from the image's continuous coordinates to the picture's. Never upside down."""
    *centre, side = frame
    aspect = math.exp(rng.uniform(-settings.aspect, settings.aspect))
    x, y = size / side * aspect, size / side / aspect
    turn = math.radians(rng.uniform(-settings.turn, settings.turn)) if rng.random() < settings.turn_chance else 0.0
    if rng.random() < settings.mirror:
        x = -x
    turned = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]) @ np.diag([x, y])
    return np.hstack([turned, (size / 2 - turned @ centre)[:, None]])


def warp(image: Pixels, matrix: NDArray[np.float64], size: int) -> Pixels:
    """Black where there is no image. OpenCV counts from the first pixel's centre, the matrix from its corner."""
    linear = matrix[:, :2]
    shift = matrix[:, 2] + linear @ [0.5, 0.5] - 0.5
    return as_pixels(cv2.warpAffine(image, np.hstack([linear, shift[:, None]]), (size, size), flags=cv2.INTER_LINEAR))


def antialiased(image: Pixels, scale: float) -> Pixels:
    """Blurred so that bilinear sampling at `scale` comes near the engine's triangle filter (variance scale^-2 / 6)."""
    if scale >= 0.95:
        return image
    return as_pixels(cv2.GaussianBlur(image, (0, 0), math.sqrt((scale**-2 - 1) / 6)))


def tones(settings: Augmentation, rng: np.random.Generator) -> Pixels:
    """256 greys: gamma, contrast about a dark grey, brightness."""
    gamma = math.exp(rng.uniform(-settings.gamma, settings.gamma))
    contrast = 1 + rng.uniform(-settings.contrast, settings.contrast)
    brightness = rng.uniform(-settings.brightness, settings.brightness)
    grey = (np.arange(256) / 255) ** gamma * 255
    return np.clip((grey - 100) * contrast + 100 + brightness, 0, 255).astype(np.uint8)


def between(ends: list[float], rng: np.random.Generator) -> float:
    return rng.uniform(ends[0], ends[1])


def texture(picture: Pixels, settings: Augmentation, rng: np.random.Generator) -> Pixels:
    """At most one of blur, sharpening and speckle (multiplicative noise with a grain)."""
    which = rng.random()
    if which < settings.blur_chance:
        return as_pixels(cv2.GaussianBlur(picture, (0, 0), between(settings.blur, rng)))
    which -= settings.blur_chance
    if which < settings.sharpen_chance:
        return as_pixels(cv2.addWeighted(picture, 2, cv2.GaussianBlur(picture, (0, 0), 1.2), -1, 0))
    which -= settings.sharpen_chance
    if which < settings.speckle_chance:
        noise = cv2.GaussianBlur(rng.standard_normal(picture.shape, np.float32), (0, 0), 0.8)
        return np.clip(picture * (1 + noise * between(settings.speckle, rng)), 0, 255).astype(np.uint8)
    return picture


def marks(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Calipers, a dotted line between them, words in a corner: burned in by scanners, no part of the breast."""
    out = picture.copy()
    size = len(out)
    grey = int(rng.integers(150, 256))
    if rng.random() < 0.7:
        for _ in range(int(rng.integers(1, 3))):
            ends = rng.uniform(0.15, 0.85, (2, 2)) * size
            for x, y in ends:
                draw_caliper(out, int(x), int(y), int(rng.integers(2, 5)), grey)
            if rng.random() < 0.5:
                dots = np.linspace(ends[0], ends[1], int(rng.integers(12, 40))).astype(int)
                out[dots[:, 1], dots[:, 0]] = grey
    if rng.random() < 0.5:
        x, y = CORNERS[int(rng.integers(len(CORNERS)))]
        word = WORDS[int(rng.integers(len(WORDS)))]
        place = (int(x * size), int(y * size))
        cv2.putText(out, word, place, cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.25, 0.5)), grey, 1, cv2.LINE_AA)
    return out


def draw_caliper(picture: Pixels, x: int, y: int, reach: int, grey: int) -> None:
    cv2.line(picture, (x - reach, y), (x + reach, y), grey, 1)
    cv2.line(picture, (x, y - reach), (x, y + reach), grey, 1)


def jpeg(picture: Pixels, quality: int) -> Pixels:
    done, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("a picture could not be written as JPEG")
    return as_pixels(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE))
