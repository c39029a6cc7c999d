"""How many pictures of each kind the input gate refuses, as `echolens classify` tells it.

    python model/gate/measure.py --program build/native/echolens --data ../shared/data --out build/gate

Writes pictures of other kinds (photographs of scikit-image and scikit-learn, slices and ultrasound of other organs of
pydicom and nibabel, pages of text, noise, Doppler boxes and panels made of real images) below --out, and prints a table
in Markdown. Pictures of your own: put them into a folder of --out before.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
REASONS = ["too_small", "coloured", "blank", "several_panels", "unlike"]


def real_images(data: Path) -> dict[str, list[Path]]:
    busi = sorted(data.glob("Dataset_BUSI_with_GT/*/*.png"))
    return {
        "BUSI": [path for path in busi if "_mask" not in path.name],
        "BUS-BRA": sorted(data.glob("BUSBRA/Images/*.png")),
    }


def grey(path: Path) -> Pixels:
    return np.asarray(Image.open(path).convert("L"))


def side_by_side(left: Pixels, right: Pixels, gutter: int, shade: int) -> Pixels:
    both = np.full((max(len(left), len(right)), left.shape[1] + gutter + right.shape[1]), shade, np.uint8)
    both[: len(left), : left.shape[1]] = left
    both[: len(right), left.shape[1] + gutter :] = right
    return both


def with_doppler(picture: Pixels, rng: np.random.Generator, share: float) -> Pixels:
    """Red and blue vessels that cover about `share` of the picture, in a box with a thin frame."""
    height, width = picture.shape
    colour = np.repeat(picture[..., None], 3, axis=2)
    y, x = np.mgrid[:height, :width]
    wanted, covered = share * picture.size, np.zeros(picture.shape, bool)
    while covered.sum() < wanted:
        radius = max(2.0, float(np.sqrt((wanted - covered.sum()) / np.pi)) * rng.uniform(0.4, 1))
        centre_y, centre_x = rng.uniform(0.3, 0.7) * height, rng.uniform(0.3, 0.7) * width
        spot = ((y - centre_y) ** 2 + (x - centre_x) ** 2 < radius**2) & ~covered
        flow = rng.integers(60, 256, picture.shape, dtype=np.uint8)
        colour[spot] = 0
        colour[spot, 0 if rng.random() < 0.5 else 2] = flow[spot]
        covered |= spot
    for line in (slice(height // 4, height // 4 + 1), slice(3 * height // 4, 3 * height // 4 + 1)):
        colour[line, width // 4 : 3 * width // 4] = (0, 255, 0)
    return colour


def with_elastography(picture: Pixels) -> Pixels:
    """Half of the picture under a translucent rainbow."""
    height, width = picture.shape
    hue = np.zeros((height, width, 3), np.uint8)
    hue[..., 0] = np.linspace(0, 170, height).astype(np.uint8)[:, None]
    hue[..., 1:] = 255
    rainbow = np.asarray(Image.fromarray(hue, "HSV").convert("RGB"))
    colour = np.repeat(picture[..., None], 3, axis=2).copy()
    box = np.s_[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4]
    colour[box] = colour[box] // 2 + rainbow[box] // 2
    return colour


def with_marks(picture: Pixels) -> Pixels:
    """Yellow caliper crosses, a dotted line and a small logo: to pass."""
    colour = np.repeat(picture[..., None], 3, axis=2).copy()
    height, width = picture.shape
    for y, x in [(height // 3, width // 3), (2 * height // 3, width // 2)]:
        colour[y - 5 : y + 6, x] = colour[y, x - 5 : x + 6] = (255, 255, 0)
    colour[height // 2, width // 4 : 3 * width // 4 : 4] = (0, 255, 0)
    side = int((0.004 * picture.size) ** 0.5)
    colour[:side, -side:] = (0, 90, 200)
    return colour


def write_made_up(images: list[Path], out: Path, count: int) -> None:
    rng, picks = np.random.default_rng(1), random.Random(1)
    for i in range(count):
        picture = grey(picks.choice(images))
        other = grey(picks.choice(images))
        gutter, shade = picks.choice([8, 12, 20, 40, 60]), picks.choice([0, 0, 64, 128, 200])
        save(out / "two panels, side by side", i, side_by_side(picture, other, gutter, shade))
        save(out / "two panels, one above the other", i, side_by_side(picture.T, other.T, gutter, shade).T)
        save(out / "two panels that touch, side by side", i, side_by_side(picture, other, 0, shade))
        save(out / "two panels that touch, one above the other", i, side_by_side(picture.T, other.T, 0, shade).T)
        for share in (0.01, 0.02, 0.05):
            save(out / f"Doppler, {share:.0%} of the picture", i, with_doppler(picture, rng, share))
        save(out / "elastography", i, with_elastography(picture))
        save(out / "coloured marks and a logo (to pass)", i, with_marks(picture))
        noise = rng.integers(0, 256, (300, 400), dtype=np.uint8)
        save(out / "noise", i, noise)
        save(out / "pages of text", i, page_of_text(i))
        save(out / "blank with writing", i, blank_with_writing(rng))
        save(out / "thumbnail of 90 pixels", i, np.asarray(Image.fromarray(picture).resize((90, 90))))


def blank_with_writing(rng: np.random.Generator) -> Pixels:
    picture = rng.integers(8, 16, (400, 500), dtype=np.uint8)
    for line in range(20, 120, 24):
        picture[line : line + 10, 20:200:3] = 255
    return picture


def page_of_text(number: int) -> Pixels:
    """Of this file: as a document, or as a dark editor shows it."""
    paper, ink = [(255, 0), (30, 210)][number % 2]
    page = Image.new("L", [(600, 800), (800, 600), (1000, 700)][number % 3], paper)
    lines = Path(__file__).read_text().splitlines()[8 * number :]
    font = ImageFont.load_default(11 + number % 5)
    ImageDraw.Draw(page).multiline_text((30, 30), "\n".join(lines), ink, font, spacing=4)
    return np.asarray(page)


def luma(colours: NDArray[np.generic]) -> NDArray[np.float64]:
    return np.asarray(colours[..., :3] @ np.array([0.299, 0.587, 0.114]))


def write_others(out: Path) -> None:
    import nibabel
    import pydicom
    import skimage
    import sklearn

    for package, folder in ((skimage, "data"), (sklearn, "datasets/images")):
        for i, path in enumerate(sorted((Path(package.__file__).parent / folder).glob("*.[pj][np]g"))):
            picture = Image.open(path)
            save(out / "photographs and other samples", f"{package.__name__}-{i}", np.asarray(picture.convert("RGB")))
            save(out / "the same in grey", f"{package.__name__}-{i}", np.asarray(picture.convert("L")))
    for i, path in enumerate(sorted((Path(pydicom.__file__).parent / "data/test_files").glob("*.dcm"))):
        try:
            dataset = pydicom.dcmread(path)
            pixels = dataset.pixel_array
        except Exception:  # no picture in it, or a codec that is not there
            continue
        if pixels.ndim == 4:  # frames of colours
            pixels = pixels[0]
        if dataset.get("Modality") == "US":
            save(
                out / "ultrasound of other organs", f"pydicom-{i}", scaled(pixels if pixels.ndim == 2 else luma(pixels))
            )
        elif pixels.ndim == 2:
            save(out / "CT and MR slices", f"pydicom-{i}", scaled(pixels))
    for i, path in enumerate(sorted((Path(nibabel.__file__).parent / "tests/data").glob("*.nii*"))):
        try:
            volume = np.asarray(nibabel.load(path).get_fdata())
        except Exception:  # no volume
            continue
        if volume.ndim >= 3 and min(volume.shape[:2]) >= 16:
            save(out / "CT and MR slices", f"nibabel-{i}", scaled(volume.reshape(*volume.shape[:2], -1)[..., 0]))


def scaled(values: NDArray[np.generic]) -> Pixels:
    """To 0 … 255, enlarged to 256 pixels at least: size alone should not decide."""
    low, high = float(values.min()), float(values.max())
    picture = Image.fromarray(((values - low) / max(high - low, 1e-9) * 255).astype(np.uint8))
    factor = max(1, -(-256 // min(picture.size)))
    return np.asarray(picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.BICUBIC))


def save(folder: Path, name: int | str, pixels: Pixels) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(folder / f"{name}.png")


def refusals(program: Path, model: Path | None, images: list[Path]) -> Counter[str]:
    """How often each reason is given; "" where there is an answer."""
    command = [str(program), "classify", "--format", "csv", *(["--model", str(model)] if model else []), "-"]
    listed = subprocess.run(command, input="\n".join(map(str, images)), capture_output=True, text=True, check=False)
    rows = list(csv.DictReader(io.StringIO(listed.stdout)))
    if len(rows) != len(images):
        raise SystemExit(f"{program}: {len(rows)} rows for {len(images)} images\n{listed.stderr}")
    return Counter(row["error_code"] or row["refused_code"] for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="otherwise the one inside the program")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100, help="made-up pictures of each kind")
    options = parser.parse_args()

    kinds = real_images(options.data)
    write_made_up([path for paths in kinds.values() for path in paths], options.out, options.count)
    write_others(options.out)
    for folder in sorted(path for path in options.out.iterdir() if path.is_dir()):
        kinds[folder.name] = sorted(folder.iterdir())

    print("| kind | images | refused | " + " | ".join(REASONS) + " |")
    print("| --- " * (3 + len(REASONS)) + "|")
    for kind, images in kinds.items():
        counts = refusals(options.program, options.model, images)
        refused = sum(counts[reason] for reason in REASONS)
        print("|", kind, "|", len(images), f"| {refused / len(images):.1%} |", *(f"{counts[r]} |" for r in REASONS))


if __name__ == "__main__":
    main()
