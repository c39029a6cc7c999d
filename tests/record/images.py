"""tests/data/images, decode and resize: pictures of every kind, and Pillow's answers.

python -m tests.record.images BUSBRA    (the folder of the BUS-BRA data set, with Images and LICENSE.txt)
"""

import argparse
import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.record.pictures import GREY, GREY_ALPHA, PALETTE, RGB, RGBA, bmp, chunk, png, tissue

DATA = Path(__file__).resolve().parents[1] / "data"
ORIENTATION = 0x0112

Files = Iterator[tuple[str, bytes]]


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def colourful(grey: NDArray[np.uint8], shift: int = 5) -> NDArray[np.uint8]:
    """A colour picture whose channels differ everywhere."""
    return np.stack([grey, np.roll(grey, shift, 1), 255 - np.roll(grey, shift, 0)], 2)


def alpha_ramp(width: int, height: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:height, 0:width]
    return np.clip((x * 3 + y * 2) * 255 // (2 * width + height), 0, 255).astype(np.uint8)


def palette_png(index: NDArray[Any], colours: NDArray[np.uint8], depth: int, alpha: bytes = b"") -> bytes:
    extra = chunk(b"PLTE", colours.tobytes()) + (chunk(b"tRNS", alpha) if alpha else b"")
    return png(index, PALETTE, depth, extra=extra)


def png_kinds(grey: NDArray[np.uint8], rgb: NDArray[np.uint8]) -> Files:
    height, width = grey.shape
    alpha = alpha_ramp(width, height)
    for depth in (1, 2, 4):
        yield f"grey-{depth}.png", png(grey >> (8 - depth), GREY, depth)
        yield f"palette-{depth}.png", palette_png(grey >> (8 - depth), rgb[0, : 2**depth], depth)
    deep = grey.astype(np.uint16) * 256 + rgb[:, :, 1]
    deep_rgb = rgb.astype(np.uint16) * 256 + grey[:, :, None]
    yield "grey-8.png", png(grey, GREY)
    yield "grey-16.png", png(deep, GREY, 16)
    yield "rgb-8.png", png(rgb, RGB, parts=4)
    yield "rgb-16.png", png(deep_rgb, RGB, 16)
    yield "palette-8.png", palette_png(grey // 2, rgb.reshape(-1, 3)[:128], 8)
    yield "palette-8-alpha.png", palette_png(grey // 2, rgb.reshape(-1, 3)[:128], 8, bytes(range(0, 200, 2)))
    yield "grey-alpha-8.png", png(np.stack([grey, alpha], 2), GREY_ALPHA)
    yield "grey-alpha-16.png", png(np.stack([deep, alpha.astype(np.uint16) * 257], 2), GREY_ALPHA, 16)
    yield "rgba-8.png", png(np.dstack([rgb, alpha]), RGBA)
    yield "rgba-16.png", png(np.dstack([deep_rgb, alpha.astype(np.uint16) * 256]), RGBA, 16)
    yield "grey-8-key.png", png(grey, GREY, extra=chunk(b"tRNS", struct.pack(">H", grey[3, 4])))
    yield "rgb-8-key.png", png(rgb, RGB, extra=chunk(b"tRNS", struct.pack(">HHH", *rgb[3, 4])))
    for depth, colour, samples in ((8, GREY, grey), (1, GREY, grey >> 7), (8, RGB, rgb), (16, RGB, deep_rgb)):
        name = {GREY: "grey", RGB: "rgb"}[colour]
        yield f"{name}-{depth}-interlaced.png", png(samples, colour, depth, interlaced=True)


def animated_png(grey: Image.Image, rgb: Image.Image) -> Files:
    yield "animated.png", encode(grey, "png", save_all=True, append_images=[rgb.convert("L")])


def jpeg_kinds(grey: Image.Image, rgb: Image.Image) -> Files:
    yield "grey.jpg", encode(grey, "jpeg", quality=90)
    yield "grey-progressive.jpg", encode(grey, "jpeg", quality=90, progressive=True)
    for subsampling, name in ((0, "444"), (1, "422"), (2, "420")):
        yield f"{name}.jpg", encode(rgb, "jpeg", quality=85, subsampling=subsampling)
        yield f"{name}-progressive.jpg", encode(rgb, "jpeg", quality=85, subsampling=subsampling, progressive=True)
    yield "420-restart.jpg", encode(rgb, "jpeg", quality=85, subsampling=2, restart_marker_blocks=2)
    yield "444-restart-progressive.jpg", encode(rgb, "jpeg", subsampling=0, progressive=True, restart_marker_rows=1)
    yield "rgb.jpg", encode(rgb, "jpeg", quality=85, keep_rgb=True)
    yield "optimised.jpg", encode(rgb, "jpeg", quality=60, optimize=True)
    yield "cmyk.jpg", encode(rgb.convert("CMYK"), "jpeg", quality=90)
    for orientation in range(1, 9):
        yield f"orientation-{orientation}.jpg", encode(rgb, "jpeg", quality=90, exif=oriented(orientation))


def bmp_kinds(grey: Image.Image, rgb: Image.Image) -> Files:
    yield "1.bmp", encode(grey.convert("1"), "bmp")
    yield "8.bmp", encode(grey, "bmp")
    yield "8-palette.bmp", encode(rgb.quantize(19), "bmp")
    yield "24.bmp", encode(rgb, "bmp")
    pixels = np.asarray(rgb).astype(np.uint32)
    red, green, blue = (pixels[::-1, :, c] for c in range(3))
    wide = (blue | green << 8 | red << 16).astype("<u4")
    yield "32.bmp", bmp(wide.tobytes(), rgb.width, rgb.height, 32)
    yield "32-top-down.bmp", bmp(wide[::-1].tobytes(), rgb.width, -rgb.height, 32)
    narrow = np.pad((blue >> 3 | green >> 2 << 5 | red >> 3 << 11).astype("<u2"), ((0, 0), (0, rgb.width % 2)))
    yield "16-masks.bmp", bmp(narrow.tobytes(), rgb.width, rgb.height, 16, (0xF800, 0x07E0, 0x001F))


def gif_kinds(grey: Image.Image, rgb: Image.Image) -> Files:
    yield "grey.gif", encode(grey, "gif", interlace=0)
    yield "interlaced.gif", encode(grey, "gif", interlace=1)
    yield "colours-5.gif", encode(rgb.quantize(5), "gif")
    yield "transparent.gif", encode(rgb.quantize(30), "gif", transparency=3)
    yield "animated.gif", encode(rgb.quantize(60), "gif", save_all=True, append_images=[grey.convert("P")] * 2)


def expected(file: bytes) -> NDArray[np.uint8]:
    """Pillow's grey, the way up and over black as decode.h says."""
    image: Image.Image = Image.open(io.BytesIO(file))
    values = np.asarray(image)
    if values.dtype == np.uint16:
        return (values >> 8).astype(np.uint8)
    orientation = image.getexif().get(ORIENTATION, 1)
    if image.mode in ("LA", "RGBA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, (0, 0, 0, 255)), over)
    if image.mode != "L":
        image = image.convert("RGB").convert("L")
    turned = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_270],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_90],
    }.get(orientation, [])
    for turn in turned:
        image = image.transpose(turn)
    return np.asarray(image)


def empty(name: str) -> Path:
    folder = DATA / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return folder


def record_decode() -> None:
    """Small files of every kind, and Pillow's grey beside each."""
    folder = empty("decode")
    grey = tissue(np.random.default_rng(1), 45, 37, lesion=0.3)
    rgb = colourful(grey)
    images = Image.fromarray(grey), Image.fromarray(rgb)
    names = []
    still = (png_kinds(grey, rgb), jpeg_kinds(*images), bmp_kinds(*images), gif_kinds(*images))
    for kinds in (*still, animated_png(*images)):
        for name, file in kinds:
            (folder / name).write_bytes(file)
            np.save(folder / f"{name}.npy", expected(file))
            names.append(name)
    (folder / "index.txt").write_text("".join(f"{name}\n" for name in names))
    (folder / "12-bits-in-16.png").write_bytes(png(grey.astype(np.uint16) * 16, GREY, 16))  # is refused


def record_resize() -> None:
    """One picture, and Pillow's resized ones: WIDTHxHEIGHT.npy."""
    folder = empty("resize")
    source = tissue(np.random.default_rng(2), 131, 97, lesion=0.3)
    np.save(folder / "source.npy", source)
    sizes = [(131, 97), (96, 71), (64, 97), (131, 31), (20, 16), (7, 150), (200, 150), (1, 1), (3, 96), (262, 150)]
    for width, height in sizes:
        resized = Image.fromarray(source).resize((width, height), Image.Resampling.BILINEAR)
        np.save(folder / f"{width}x{height}.npy", np.asarray(resized))


def busbra_images(folder: Path) -> Files:
    """Real pictures under their BUS-BRA names and pathology, in the formats that people have."""

    def load(name: str) -> Image.Image:
        return Image.open(folder / "Images" / f"bus_{name}.png").convert("L")

    def coloured(image: Image.Image) -> Image.Image:
        """As a screenshot has it: grey, with a coloured mark in the corner."""
        rgb = image.convert("RGB")
        rgb.paste((240, 200, 40), (4, 4, 12, 30))
        return rgb

    yield "busbra-0090-benign.png", encode(load("0090-l"), "png", optimize=True)
    yield "busbra-0057-malignant.png", encode(load("0057-l"), "png", optimize=True)
    yield "busbra-0129-benign.jpg", encode(load("0129-l"), "jpeg", quality=92)
    yield "busbra-0086-benign.jpg", encode(coloured(load("0086-l")), "jpeg", quality=90, subsampling=2)
    yield "busbra-0087-benign.gif", encode(load("0087-l").quantize(64), "gif")
    yield "busbra-0084-malignant.jpg", encode(coloured(load("0084-r")), "jpeg", progressive=True, quality=88)
    yield "busbra-0302-malignant.jpg", encode(load("0302-s"), "jpeg", progressive=True, quality=90)
    yield "busbra-0048-malignant.png", encode(coloured(load("0048-r")).quantize(128), "png", optimize=True)
    turned = load("0055-l").transpose(Image.Transpose.ROTATE_90)
    yield "busbra-0055-benign.jpg", encode(turned, "jpeg", quality=90, exif=oriented(6))
    yield "busbra-0151-benign.jpg", encode(coloured(load("0151-r")), "jpeg", quality=90, subsampling=0)


def made_up_images() -> Files:
    """Tissue that no scanner saw, in the rarer kinds."""

    def speckled(seed: int, width: int, height: int, lesion: float) -> NDArray[np.uint8]:
        return tissue(np.random.default_rng(seed), width, height, lesion)

    plain = speckled(11, 160, 120, 1.6)
    dark = speckled(12, 151, 113, 0.1)
    small = speckled(13, 60, 45, 0.15)
    tall = speckled(14, 70, 105, 1.6)
    ramp = np.repeat((np.arange(81) * 255 // 81)[:, None], 111, 1).astype(np.uint8)
    yield "grey-16.png", png(plain.astype(np.uint16) * 257, GREY, 16)
    yield "grey-interlaced.png", png(plain, GREY, interlaced=True)
    yield "grey-alpha.png", png(np.stack([dark, np.full_like(dark, 230)], 2), GREY_ALPHA)
    yield "rgb-16.png", png(np.repeat(small[:, :, None].astype(np.uint16) * 256, 3, 2), RGB, 16)
    yield "rgba.png", png(np.dstack([colourful(small, 1), alpha_ramp(60, 45)]), RGBA)
    yield "black-and-white.png", png(dark > 40, GREY, 1)
    yield "gradient.png", png(ramp, GREY)
    yield "smallest.png", png(speckled(15, 16, 16, 1), GREY)
    yield "wide.jpg", encode(Image.fromarray(speckled(16, 403, 52, 0.3)), "jpeg", quality=80)
    yield "tall.jpg", encode(Image.fromarray(colourful(tall, 2)), "jpeg", quality=85, restart_marker_rows=1)
    yield "cmyk.jpg", encode(Image.fromarray(dark).convert("RGB").convert("CMYK"), "jpeg", quality=85)
    yield "8-bits.bmp", encode(Image.fromarray(speckled(17, 99, 75, 0.1)), "bmp")
    yield "24-bits.bmp", encode(Image.fromarray(colourful(small, 1)), "bmp")
    bright = np.asarray(Image.fromarray(ramp).convert("RGBA"))[:, :, [2, 1, 0, 3]]
    yield "32-bits.bmp", bmp(bright.tobytes(), 111, 81, 32)
    frames = [Image.fromarray(speckled(seed, 90, 70, 0.1)) for seed in (18, 19, 20)]
    yield "animated.gif", encode(frames[0], "gif", save_all=True, append_images=frames[1:])
    yield "transparent.gif", encode(Image.fromarray(small).quantize(16), "gif", transparency=0)


def record_images(busbra: Path) -> None:
    """Pictures to classify; the README there, written by hand, says what each is."""
    folder = DATA / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.suffix in (".png", ".jpg", ".bmp", ".gif"):
            old.unlink()
    for files in (busbra_images(busbra), made_up_images()):
        for name, file in files:
            (folder / name).write_bytes(file)
    (folder / "LICENSE-BUS-BRA.txt").write_bytes((busbra / "LICENSE.txt").read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("busbra", type=Path, help="the BUS-BRA data set")
    busbra = parser.parse_args().busbra
    record_decode()
    record_resize()
    record_images(busbra)


if __name__ == "__main__":
    main()
