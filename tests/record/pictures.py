"""Writes picture files that Pillow cannot: every kind of PNG, BMPs with masks; and makes up tissue."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]  # height, width, channels, whole numbers

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_rows(samples: Pixels, depth: int) -> NDArray[np.uint8]:
    """Rows of samples as the bytes of a PNG."""
    rows = samples.reshape(len(samples), -1)
    if depth == 16:
        return rows.astype(">u2").view(np.uint8).reshape(len(rows), -1)
    bits = (rows[:, :, None] >> np.arange(depth)[::-1]) & 1
    return np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1)


def paeth(a: NDArray[Any], b: NDArray[Any], c: NDArray[Any]) -> NDArray[Any]:
    to_a, to_b, to_c = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    return np.where((to_a <= to_b) & (to_a <= to_c), a, np.where(to_b <= to_c, b, c))


def filter_rows(rows: NDArray[np.uint8], pixel_bytes: int) -> bytes:
    """The five filters in turn, so that each is there."""
    out = b""
    above = np.zeros(rows.shape[1], int)
    for y, row in enumerate(rows.astype(int)):
        left, above_left = (np.concatenate([np.zeros(pixel_bytes, int), r])[: len(row)] for r in (row, above))
        zero = np.zeros_like(row)
        prediction = (zero, left, above, (left + above) // 2, paeth(left, above, above_left))[y % 5]
        out += bytes([y % 5]) + ((row - prediction) % 256).astype(np.uint8).tobytes()
        above = row
    return out


def png(
    samples: Pixels, colour: int, depth: int = 8, *, interlaced: bool = False, extra: bytes = b"", parts: int = 1
) -> bytes:
    """`extra` are chunks before the data (palette, transparency); `parts` is the number of IDAT chunks."""
    if samples.ndim == 2:
        samples = samples[:, :, None]
    height, width, channels = samples.shape
    data = b""
    for x, y, x_step, y_step in ADAM7 if interlaced else ((0, 0, 1, 1),):
        part = samples[y::y_step, x::x_step]
        if part.size:
            data += filter_rows(pack_rows(part, depth), max(channels * depth // 8, 1))
    packed = zlib.compress(data, 9)
    size = -(-len(packed) // parts)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    idat = b"".join(chunk(b"IDAT", packed[i : i + size]) for i in range(0, len(packed), size))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + idat + chunk(b"IEND", b"")


def bmp(rows: bytes, width: int, height: int, bits: int, masks: tuple[int, ...] = ()) -> bytes:
    """A V5 header, masks where given; `rows` padded to 4 bytes, bottom up unless height is negative."""
    masks = masks + (0,) * (4 - len(masks))
    compression = 3 if any(masks) else 0
    info = struct.pack("<IiiHHIIIIII", 124, width, height, 1, bits, compression, len(rows), 2835, 2835, 0, 0)
    info += struct.pack("<IIII", *masks) + b"BGRs" + bytes(36 + 12) + struct.pack("<IIII", 4, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 14 + len(info) + len(rows), 0, 0, 14 + len(info)) + info + rows


def speckle(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float64]:
    """Rayleigh noise of mean about 1, smeared across the beam as in a scan."""
    noise = rng.rayleigh(0.8, (height, width + 4))
    return np.mean([noise[:, i : i + width] for i in range(5)], axis=0)


def tissue(
    rng: np.random.Generator, width: int, height: int, lesion: float = 1.0, radius: float = 0.22
) -> NDArray[np.uint8]:
    """Bands of fat, gland and muscle that fade with depth; a lesion of this brightness (1: none)."""
    y, x = np.mgrid[0:height, 0:width]
    depth = y / height + 0.03 * np.sin(x / width * 7)
    bands = 85 + 45 * np.sin(depth * 9 + 1) * np.exp(-depth) + 30 * (depth < 0.06)
    distance = np.hypot((x - width * 0.5) / (1.4 * radius * width), (y - height * 0.42) / (radius * height))
    inside = 1 / (1 + np.exp(14 * (distance - 1)))
    brightness = bands * (1 - 0.45 * depth) * (1 + (lesion - 1) * inside)
    return np.clip(brightness * speckle(rng, width, height), 0, 255).astype(np.uint8)
